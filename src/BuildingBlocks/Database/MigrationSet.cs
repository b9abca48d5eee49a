using System.Reflection;
using System.Security.Cryptography;
using System.Text;
using System.Text.RegularExpressions;

namespace GoCart.BuildingBlocks.Database;

/// <summary>The numbered SQL files embedded in one assembly, such as <c>Migrations/0001_products.sql</c>.</summary>
/// <param name="Name">Whose files: a service's name, or a building block's.</param>
public sealed partial record MigrationSet(string Name, IReadOnlyList<Migration> Migrations)
{
    /// <summary>All files below a folder of the assembly, in the order of their numbers.</summary>
    /// <exception cref="InvalidOperationException">The numbers are not 1, 2, 3, …</exception>
    public static MigrationSet From(string name, Assembly assembly, string folder)
    {
        var prefix = $"{assembly.GetName().Name}.{folder.Replace('/', '.')}.";
        var migrations = assembly.GetManifestResourceNames()
            .Where(resource => resource.StartsWith(prefix, StringComparison.Ordinal))
            .Select(resource => Read(assembly, resource, resource[prefix.Length..]))
            .OrderBy(migration => migration.Version)
            .ToList();

        return migrations.Select(migration => migration.Version).SequenceEqual(Enumerable.Range(1, migrations.Count))
            ? new(name, migrations)
            : throw new InvalidOperationException($"The migrations of {name} are not numbered 1, 2, 3, … without a gap.");
    }

    private static Migration Read(Assembly assembly, string resource, string fileName)
    {
        using var stream = assembly.GetManifestResourceStream(resource)
            ?? throw new InvalidOperationException($"{resource} cannot be read.");
        using var reader = new StreamReader(stream);
        var sql = reader.ReadToEnd();

        var match = FileName().Match(fileName);
        return match.Success
            ? new(int.Parse(match.Groups[1].ValueSpan, null), match.Groups[2].Value, sql)
            : throw new InvalidOperationException($"{fileName} is not named like 0001_what_it_does.sql.");
    }

    [GeneratedRegex(@"^(\d{4})_([a-z0-9_]+)\.sql$")]
    private static partial Regex FileName();
}

/// <param name="Sql">
/// May say <c>:service_role</c> for the role the service works with. A file that begins with <c>-- no transaction</c> is run statement
/// by statement, and once more from its beginning when it failed in the middle: for <c>create index concurrently</c>, which makes
/// nobody wait and cannot be part of a transaction.
/// </param>
public sealed record Migration(int Version, string Name, string Sql)
{
    public bool HasTransaction => !Sql.StartsWith("-- no transaction", StringComparison.Ordinal);

    /// <summary>Each ends with a semicolon at the end of a line.</summary>
    public IEnumerable<string> Statements =>
        Sql.ReplaceLineEndings("\n").Split(";\n", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    /// <summary>SHA-256 of the text: a file that was applied once must not change.</summary>
    public string Checksum { get; } = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(Sql.ReplaceLineEndings("\n"))));
}
