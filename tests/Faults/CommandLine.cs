using System.CommandLine;

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
        var rounds = new Option<int?>("--rounds")
        {
            Description = $"How many seeds, from 1 [default: {Schedule.ShortSet}, in which every fault occurs]",
            HelpName = "N",
        };
        var fault = new Option<string?>("--fault")
        {
            Description = "This fault alone, at the moment and for the time that --seed says",
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
        var list = new Option<bool>("--list") { Description = "Names the faults" };

        fault.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } name && FaultCatalogue.All.All(make => make().Name != name))
                result.AddError($"\"{name}\" is no fault; --list names them.");
        });

        var command = new RootCommand("Lets a store of real processes fail in every way we know, and proves that it keeps its promises.")
        {
            seed, rounds, fault, rate, summary, list,
        };
        command.SetAction(async (result, cancellationToken) =>
        {
            if (result.GetValue(list))
            {
                foreach (var make in FaultCatalogue.All) await Console.Out.WriteLineAsync(make().Name);
                return 0;
            }

            var run = new FaultRun(
                Schedules(result.GetValue(seed), result.GetValue(rounds), result.GetValue(fault)),
                result.GetValue(rate), result.GetValue(summary), Console.WriteLine);
            return await run.RunAsync(cancellationToken) ? 0 : 1;
        });

        var parsed = command.Parse(arguments);
        var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = TimeSpan.FromSeconds(30) });
        return parsed.Errors.Count > 0 ? UsageError : exitCode;
    }

    private static List<Schedule> Schedules(int? seed, int? rounds, string? fault)
    {
        Schedule Of(int number) => fault is null ? Schedule.Of(number) : Schedule.Of(number, fault);

        // One seed again and again is how one looks for a race.
        return seed is { } only || (fault is not null && rounds is null && (only = 1) == 1)
            ? [.. Enumerable.Repeat(only, rounds ?? 1).Select(Of)]
            : [.. Enumerable.Range(1, rounds ?? Schedule.ShortSet).Select(Of)];
    }
}
