using GoCart.Bench.Measuring;
using GoCart.Bench.Scenarios;
using GoCart.Bench.Shops;

namespace GoCart.Bench.Reports;

/// <summary>What has been found out so far; a report can be made of it at any time.</summary>
internal sealed class Findings(Options options, IReadOnlyList<Scenario> scenarios)
{
    private readonly Dictionary<Scenario, List<Measurement>> _runs = scenarios.ToDictionary(scenario => scenario, _ => new List<Measurement>());
    private readonly Dictionary<Scenario, string> _failures = [];

    public Options Options => options;

    public IReadOnlyList<Scenario> Scenarios => scenarios;

    public string Versions { get; set; } = "";

    public IReadOnlyList<Footprint> Footprints { get; set; } = [];

    public string SecondStart { get; set; } = "";

    /// <summary>What the auditor said.</summary>
    public string Audit { get; set; } = "The books were not audited.";

    /// <summary>Of ten, to 64 customers at once; null when it is not known.</summary>
    public int? LastUnitsSold { get; set; }

    public List<PeerResult> Peers { get; } = [];

    /// <summary>Whether everything that was asked for has been tried.</summary>
    public bool IsComplete { get; set; }

    public IReadOnlyList<Measurement> RunsOf(Scenario scenario) => _runs[scenario];

    /// <summary>Why a scenario has fewer runs than asked for.</summary>
    public string? FailureOf(Scenario scenario) => _failures.GetValueOrDefault(scenario);

    public void Add(Scenario scenario, Measurement measurement) => _runs[scenario].Add(measurement);

    public void AddFailure(Scenario scenario, Exception failure) => _failures[scenario] = OneLine(failure);

    /// <summary>Fit for a cell of a table, and without the path of the repository on this machine.</summary>
    public static string OneLine(Exception failure)
    {
        var message = failure.Message.Replace(Repository.Folder + '/', "", StringComparison.Ordinal);
        var line = string.Join(' ', message.Split((char[])['\r', '\n', '|'], StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 160 ? line[..160] + " …" : line;
    }
}
