namespace GoCart.AppHost;

/// <summary>How many copies of each service run: one, unless told otherwise.</summary>
internal sealed class Replicas
{
    public const int Most = 9;

    private readonly IReadOnlyDictionary<string, int> _counts;

    private Replicas(IReadOnlyDictionary<string, int> counts) => _counts = counts;

    public static Replicas OneEach { get; } = new(new Dictionary<string, int>());

    public int Of(string service) => _counts.GetValueOrDefault(service, 1);

    /// <param name="text">Such as "orders=2,products=2".</param>
    /// <param name="problem">What is wrong with it, for the person who typed it.</param>
    public static Replicas? Parse(string text, out string problem)
    {
        problem = "";
        var counts = new Dictionary<string, int>();
        foreach (var part in text.Split(',', StringSplitOptions.TrimEntries))
        {
            var pair = part.Split('=', StringSplitOptions.TrimEntries);
            if (pair.Length != 2)
                problem = $"\"{part}\" should look like orders=2.";
            else if (!StoreLayout.Services.Contains(pair[0]))
                problem = $"\"{pair[0]}\" is no service; there are {string.Join(", ", StoreLayout.Services)}.";
            else if (!int.TryParse(pair[1], out var count) || count is < 1 or > Most)
                problem = $"\"{pair[1]}\" copies of {pair[0]}: a number from 1 to {Most} is wanted.";
            else if (!counts.TryAdd(pair[0], count))
                problem = $"{pair[0]} stands there twice.";

            if (problem.Length > 0)
                return null;
        }

        return new Replicas(counts);
    }
}
