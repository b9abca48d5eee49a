using System.CommandLine;
using GoCart.Bench.Shops;

namespace GoCart.Bench;

/// <summary>The options of the program, and their help.</summary>
internal static class CommandLine
{
    private static readonly int[] Sizes = [1_000, 100_000, 1_000_000];
    private static readonly int[] Copies = [1, 2, 4];

    public static async Task<int> RunAsync(string[] arguments)
    {
        var scenario = new Option<string[]>("--scenario")
        {
            Description = "This scenario alone, or all whose names begin so; may be given several times; nothing is written",
            HelpName = "NAME",
        };
        var shortRuns = new Option<bool>("--short") { Description = "One short run of each scenario; nothing is written" };
        var runs = new Option<int>("--runs") { HelpName = "N", DefaultValueFactory = _ => 3, Description = "Of each scenario" };
        var seconds = new Option<double?>("--seconds") { HelpName = "N", Description = "Of each measurement: 5 unless given, 3 for --sizes and --copies" };
        var peers = new Option<string[]>("--peers")
        {
            Description = "These shops, too, in the same run, all unless named; needs node and npm, and minutes to install them the first time",
            HelpName = "NAME …",
            Arity = ArgumentArity.ZeroOrMore,
            AllowMultipleArgumentsPerToken = true,
        };
        peers.AcceptOnlyFromAmong([.. Peer.All.Select(peer => peer.Folder)]);
        var sizes = Numbers("--sizes", $"Instead: stores of {string.Join(", ", Sizes)} products and users, and five times as many orders; writes docs/performance-sizes.md");
        var copies = Numbers("--copies", $"Instead: stores with {string.Join(", ", Copies)} copies of each service but the gateway; writes docs/performance-copies.md");

        var command = new RootCommand("Measures the store beside the limits of this machine, and writes docs/performance.md.")
        {
            scenario, shortRuns, runs, seconds, peers, sizes, copies,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var isShort = result.GetValue(shortRuns);
            var isSeries = result.GetResult(sizes) is not null || result.GetResult(copies) is not null;
            var isWhole = !isShort && result.GetValue(scenario) is null or [];
            var options = new Options(
                result.GetValue(scenario) ?? [], isShort ? 1 : result.GetValue(runs),
                TimeSpan.FromSeconds(result.GetValue(seconds) ?? (isShort ? 2 : isSeries ? 3 : 5)), PeersIn(result), Report("performance.md"));

            if (result.GetResult(sizes) is not null)
                await SeriesRun.OfSizes(options with { Report = Report("performance-sizes.md") }, Given(sizes, Sizes), Console.WriteLine).RunAsync(cancellationToken);
            else if (result.GetResult(copies) is not null)
                await SeriesRun.OfCopies(options with { Report = Report("performance-copies.md") }, Given(copies, Copies), Console.WriteLine).RunAsync(cancellationToken);
            else
                await new BenchRun(options, Console.WriteLine).RunAsync(cancellationToken);

            string? Report(string name) => isWhole ? Path.Combine(Repository.Folder, "docs", name) : null;

            IReadOnlyList<Peer> PeersIn(ParseResult result) => (result.GetResult(peers), result.GetValue(peers)) switch
            {
                (null, _) => [],
                (_, { Length: > 0 } names) => [.. Peer.All.Where(peer => names.Contains(peer.Folder))],
                _ => Peer.All,
            };

            int[] Given(Option<int[]> option, int[] otherwise) => result.GetValue(option) is { Length: > 0 } given ? given : otherwise;
        });
        return await command.Parse(arguments).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }

    private static Option<int[]> Numbers(string name, string description) => new(name)
    {
        Description = description,
        HelpName = "N …",
        Arity = ArgumentArity.ZeroOrMore,
        AllowMultipleArgumentsPerToken = true,
    };
}
