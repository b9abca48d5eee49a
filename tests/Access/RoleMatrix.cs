namespace GoCart.Tests.Access;

/// <summary>
/// What every route answers to whom: a line for each policy that a route may name, a column for each kind of caller.
/// A new role is a new column here and a sign-in in <see cref="AccessStore"/>; the walk over all routes follows by itself.
/// </summary>
internal static class RoleMatrix
{
    public const string Anonymous = "anonymous";

    private const string LetIn = "in";

    private const string Table =
        """
        policy    | nobody | customer | other customer | catalog | support | admin | expired admin | logged-out admin
        anonymous | in     | in       | in             | in      | in      | in    | in            | in
        signed-in | 401    | in       | in             | in      | in      | in    | 401           | 401
        catalog   | 401    | 403      | 403            | in      | 403     | in    | 401           | 401
        support   | 401    | 403      | 403            | 403     | in      | in    | 401           | 401
        admin     | 401    | 403      | 403            | 403     | 403     | in    | 401           | 401
        """;

    private static readonly string[][] Lines =
        [.. Table.Split('\n').Select(line => line.Split('|', StringSplitOptions.TrimEntries))];

    public static IReadOnlyList<string> Callers => Lines[0][1..];

    /// <summary>The status that refuses this caller, or null where he is let in.</summary>
    /// <exception cref="ArgumentException">A route names a policy that has no line.</exception>
    public static int? RefusalOf(string policy, string caller)
    {
        var line = Lines.FirstOrDefault(line => line[0] == policy)
            ?? throw new ArgumentException($"The table has no line for the policy {policy}.", nameof(policy));
        var cell = line[Array.IndexOf(Lines[0], caller)];
        return cell == LetIn ? null : int.Parse(cell, System.Globalization.CultureInfo.InvariantCulture);
    }
}
