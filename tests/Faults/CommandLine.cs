using System.CommandLine;
using GoCart.Faults.LoadTable;

namespace GoCart.Faults;

/// <summary>The options of the program, and their help.</summary>
internal static class CommandLine
{
    private const int UsageError = 2;

    public static async Task<int> RunAsync(string[] arguments)
    {
        var seed = new Option<int?>("--seed")
        {
            Description = "The round with this seed alone, as often as --rounds says (once)",
            HelpName = "N",
        };
        var from = new Option<int>("--from")
        {
            Description = "The first seed of a run of many",
            HelpName = "N",
            DefaultValueFactory = _ => 1,
        };
        var rounds = new Option<int?>("--rounds")
        {
            Description = $"How many seeds, from --from on [default: {Schedule.ShortSet}, in which every fault occurs]",
            HelpName = "N",
        };
        var fault = new Option<string[]>("--fault")
        {
            Description = "This fault alone, at the moment and for the time that --seed says; may be given several times",
            HelpName = "NAME",
        };
        var rate = new Option<double>("--rate")
        {
            Description = "What customers begin to do, a second",
            HelpName = "N",
            DefaultValueFactory = _ => 40,
        };
        var summary = new Option<FileInfo?>("--summary")
        {
            Description = "Writes what was measured into this file, as tables in Markdown",
            HelpName = "FILE",
        };
        var load = new Option<bool>("--load")
        {
            Description = "Lets nothing fail, but measures what the store can serve, and what it does when more is asked of it",
        };
        var minutes = new Option<double>("--minutes")
        {
            Description = "With --load: how long at seven tenths of that",
            HelpName = "N",
            DefaultValueFactory = _ => 5,
        };
        var capacity = new Option<double?>("--capacity")
        {
            Description = "With --load: the actions a second that the store can serve, as measured before, to save the search",
            HelpName = "N",
        };
        var list = new Option<bool>("--list") { Description = "Names the faults" };

        fault.Validators.Add(result =>
        {
            foreach (var name in result.GetValueOrDefault<string[]>().Except(FaultCatalogue.All.Select(make => make().Name)))
                result.AddError($"\"{name}\" is no fault; --list names them.");
        });

        var command = new RootCommand("Lets a store of real processes fail in every way we know, and proves that it keeps its promises.")
        {
            seed, from, rounds, fault, rate, load, minutes, capacity, summary, list,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            if (result.GetValue(list))
            {
                foreach (var make in FaultCatalogue.All)
                    await Console.Out.WriteLineAsync(make().Name);
                return 0;
            }

            if (result.GetValue(load))
            {
                var loadRun = new LoadRun(
                    result.GetValue(minutes), result.GetValue(capacity), result.GetValue(summary), Console.WriteLine);
                return await loadRun.RunAsync(cancellationToken) ? 0 : 1;
            }

            var run = new FaultRun(
                Schedules(result.GetValue(seed), result.GetValue(from), result.GetValue(rounds), result.GetValue(fault) ?? []),
                result.GetValue(rate), result.GetValue(summary), Console.WriteLine);
            return await run.RunAsync(cancellationToken) ? 0 : 1;
        });

        var parsed = command.Parse(arguments);
        var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
        return parsed.Errors.Count > 0 ? UsageError : exitCode;
    }

    private static List<Schedule> Schedules(int? seed, int from, int? rounds, string[] faults)
    {
        // One seed again and again is how one looks for a race.
        var seeds = seed is { } only
            ? Enumerable.Repeat(only, rounds ?? 1)
            : Enumerable.Range(from, rounds ?? (faults.Length > 0 ? 1 : Schedule.ShortSet));
        return faults.Length == 0
            ? [.. seeds.Select(Schedule.Of)]
            : [.. seeds.SelectMany(number => faults.Select(name => Schedule.Of(number, name)))];
    }
}
