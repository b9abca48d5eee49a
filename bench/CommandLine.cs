using System.CommandLine;

namespace GoCart.Bench;

/// <summary>The options of the program, and their help.</summary>
internal static class CommandLine
{
    public static async Task<int> RunAsync(string[] arguments)
    {
        var scenario = new Option<string[]>("--scenario")
        {
            Description = "This scenario alone, or all whose names begin so; may be given several times",
            HelpName = "NAME",
        };
        var isShort = new Option<bool>("--short") { Description = "One short run of each scenario, in less than four minutes" };
        var runs = new Option<int>("--runs") { HelpName = "N", DefaultValueFactory = _ => 3, Description = "Of each scenario" };
        var seconds = new Option<double>("--seconds") { HelpName = "N", DefaultValueFactory = _ => 5, Description = "Of each measurement" };
        var products = new Option<int>("--products") { HelpName = "N", DefaultValueFactory = _ => 1000, Description = "In the store" };
        var copies = new Option<int>("--copies") { HelpName = "N", DefaultValueFactory = _ => 1, Description = "Of each service but the gateway" };

        var command = new RootCommand("Measures the store beside the limits of this machine, and writes docs/performance.md.")
        {
            scenario, isShort, runs, seconds, products, copies,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            var names = result.GetValue(scenario) ?? [];
            var isWhole = names.Length == 0 && !result.GetValue(isShort) && result.GetValue(products) == 1000 && result.GetValue(copies) == 1;
            var options = result.GetValue(isShort)
                ? new Options(names, Runs: 1, TimeSpan.FromSeconds(2), result.GetValue(products), result.GetValue(copies), Report: null)
                : new Options(
                    names, result.GetValue(runs), TimeSpan.FromSeconds(result.GetValue(seconds)), result.GetValue(products),
                    result.GetValue(copies), isWhole ? Path.Combine(Repository(), "docs", "performance.md") : null);
            await new BenchRun(options, Console.WriteLine).RunAsync(cancellationToken);
        });
        return await command.Parse(arguments).InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
    }

    private static string Repository()
    {
        var folder = new DirectoryInfo(AppContext.BaseDirectory);
        while (!File.Exists(Path.Combine(folder.FullName, "GoCart.slnx")))
            folder = folder.Parent ?? throw new InvalidOperationException("The repository is not above the program.");
        return folder.FullName;
    }
}
