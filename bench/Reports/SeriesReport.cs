using GoCart.Bench.Scenarios;

namespace GoCart.Bench.Reports;

/// <summary>One store of a series.</summary>
internal sealed class SeriesColumn(string name)
{
    private readonly Dictionary<(string Title, int Run), Measurement> _measurements = [];

    public string Name => name;

    public List<string> Notes { get; } = [];

    /// <summary>The most that PostgreSQL had at the end of a scenario.</summary>
    public long Connections { get; set; }

    /// <summary>In the order in which they were measured.</summary>
    public IEnumerable<string> Titles => _measurements.Keys.Select(key => key.Title).Distinct();

    public void Add(Scenario scenario, int run, Measurement measurement) => _measurements[(scenario.Title, run)] = measurement;

    public IReadOnlyList<Measurement> RunsOf(string title) =>
        [.. _measurements.Where(pair => pair.Key.Title == title).Select(pair => pair.Value)];

    /// <summary>Run by run, for what was measured at about the same time was measured on the same machine.</summary>
    public double RatioTo(SeriesColumn first, string title) => Markdown.Median(
        from pair in _measurements
        where pair.Key.Title == title && first._measurements.ContainsKey(pair.Key)
        select pair.Value.Rate / first._measurements[pair.Key].Rate);
}

/// <summary>Tables of scenarios and stores.</summary>
internal sealed class SeriesReport(Options options, string title, string question, double goal)
{
    private static readonly string[] Processes = ["gateway", "users", "products", "carts", "orders", "PostgreSQL", "broker"];

    private readonly List<SeriesColumn> _columns = [];

    private IEnumerable<string> Titles => _columns.SelectMany(column => column.Titles).Distinct();

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
        text.Line($"{TimeProvider.System.GetUtcNow():yyyy-MM-dd}, {Environment.ProcessorCount} cores, {GC.GetGCMemoryInfo().TotalAvailableMemoryBytes >> 30} GB of memory, .NET {Environment.Version}. All stores run at once and are measured in turn.");
        text.Line($"Served a second, the medians of {options.Runs} runs of {Markdown.Number(options.Length.TotalSeconds, "0.#")} s after one that is not counted, with the smallest and the largest; the ratio is");
        text.Line("that of a store to the first in the same run, its median, of the store where it is smallest.");
        WriteRates(text);
        WriteCosts(text);
        text.Line();
        foreach (var column in _columns)
        {
            foreach (var note in column.Notes)
                text.Line($"- {column.Name}: {note}");
        }
        return text.ToString();
    }

    private void WriteRates(Markdown text)
    {
        text.Head(["scenario", .. _columns.Select(column => column.Name), "ratio", "goal", "met"]);
        foreach (var scenario in Titles)
        {
            var ratio = _columns.Select(column => column.RatioTo(_columns[0], scenario)).Where(double.IsFinite).DefaultIfEmpty(double.NaN).Min();
            text.Row(
            [
                scenario,
                .. _columns.Select(column => column.RunsOf(scenario) is { Count: > 0 } runs ? Markdown.Spread([.. runs.Select(run => run.Rate)]) : ""),
                Markdown.Number(ratio, "0.00"), Markdown.Number(goal, "0.00"), ratio >= goal ? "yes" : "no",
            ]);
        }
        text.Row(["connections to PostgreSQL", .. _columns.Select(column => $"{column.Connections}"), "", "", ""]);
    }

    private void WriteCosts(Markdown text)
    {
        text.Line();
        text.Line("Milliseconds of processor time for one request, by process, all copies of a service together; medians.");
        text.Head(["scenario", "store", .. Processes, "together"]);
        foreach (var scenario in Titles)
        {
            foreach (var column in _columns)
            {
                var runs = column.RunsOf(scenario);
                text.Row(
                [
                    scenario, column.Name,
                    .. Processes.Select(process => Markdown.Number(Markdown.Median(runs.Select(run => run.CpuOf(process))), "0.000")),
                    Markdown.Number(Markdown.Median(runs.Select(run => run.CpuOfStore)), "0.00"),
                ]);
            }
        }
    }
}
