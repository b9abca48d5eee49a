using GoCart.Bench.Scenarios;

namespace GoCart.Bench.Reports;

/// <summary>One store of a series.</summary>
internal sealed class SeriesColumn(string name)
{
    private readonly Dictionary<string, List<double>> _rates = [];

    public string Name => name;

    public List<string> Notes { get; } = [];

    /// <summary>The most that PostgreSQL had at the end of a scenario.</summary>
    public long Connections { get; set; }

    public void Add(Scenario scenario, double rate)
    {
        if (!_rates.TryGetValue(scenario.Title, out var rates))
            _rates[scenario.Title] = rates = [];
        rates.Add(rate);
    }

    public IReadOnlyList<double> RatesOf(string title) => _rates.GetValueOrDefault(title) ?? [];

    public IEnumerable<string> Titles => _rates.Keys;
}

/// <summary>A table of scenarios and stores.</summary>
internal sealed class SeriesReport(Options options, string title, string question, double goal)
{
    private readonly List<SeriesColumn> _columns = [];

    public SeriesColumn Begin(string name)
    {
        var column = new SeriesColumn(name);
        _columns.Add(column);
        return column;
    }

    public string Write()
    {
        var text = new Markdown();
        text.Line($"# {title}");
        text.Line();
        text.Line($"Written by `bench/run`. {question}");
        text.Line($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GB of memory, .NET {Environment.Version}. Served a second, the medians of {options.Runs} runs of {Markdown.Number(options.Length.TotalSeconds, "0.#")} s after one that is not counted,");
        text.Line("with the smallest and the largest; the ratio is that of the slowest store to the first.");
        text.Head(["scenario", .. _columns.Select(column => column.Name), "ratio", "goal", "met"]);
        foreach (var scenario in _columns.SelectMany(column => column.Titles).Distinct())
        {
            var medians = _columns.Select(column => Markdown.Median(column.RatesOf(scenario))).Where(rate => !double.IsNaN(rate)).ToList();
            var ratio = medians.Min() / medians[0];
            text.Row(
            [
                scenario,
                .. _columns.Select(column => column.RatesOf(scenario) is { Count: > 0 } rates ? Markdown.Spread(rates) : ""),
                Markdown.Number(ratio, "0.00"), Markdown.Number(goal, "0.00"), ratio >= goal ? "yes" : "no",
            ]);
        }
        text.Row(["connections to PostgreSQL", .. _columns.Select(column => $"{column.Connections}"), "", "", ""]);
        text.Line();
        foreach (var column in _columns)
        {
            foreach (var note in column.Notes)
                text.Line($"- {column.Name}: {note}");
        }
        return text.ToString();
    }
}
