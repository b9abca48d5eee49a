using System.CommandLine;
using GoCart.AppHost.Starting;

namespace GoCart.AppHost;

/// <summary>The options of the program, and their help.</summary>
internal static class CommandLine
{
    private const int UsageError = 2;
    private const int HighestOffset = 40_000;

    public static async Task<int> RunAsync(string[] arguments, Func<RunOptions, Task<int>> run)
    {
        var data = new Option<string?>("--data")
        {
            Description = "Folder of the databases, the broker, passwords and logs [default: .gocart in the repository]",
            HelpName = "DIR",
        };
        var reset = new Option<bool>("--reset")
        {
            Description = "Delete everything the store has kept in that folder first (asks)",
        };
        var replicas = new Option<string?>("--replicas")
        {
            Description = "More copies of services, each 100 ports higher: orders=2,products=2",
            HelpName = "LIST",
        };
        var noSeed = new Option<bool>("--no-seed")
        {
            Description = "Without the admin and the sample products",
        };
        var seed = new Option<bool>("--seed")
        {
            Description = "With them even into databases that run elsewhere, which otherwise get none",
        };
        var external = new Option<bool>("--external")
        {
            Description = $"""
                Databases and broker that run elsewhere instead of private ones; the services run as in development all the same.
                Given by environment variables:
                {ExternalServers.Help}
                """,
        };
        var portOffset = new Option<int>("--port-offset")
        {
            Description = "Added to every port, so that a second store can run beside the first",
            HelpName = "N",
        };
        var yes = new Option<bool>("--yes", "-y")
        {
            Description = "Answer yes to every question",
        };

        replicas.Validators.Add(result =>
        {
            if (result.GetValueOrDefault<string?>() is { } text && Replicas.Parse(text, out var problem) is null)
                result.AddError("--replicas: " + problem);
        });
        portOffset.Validators.Add(result =>
        {
            if (result.Tokens.Count > 0 && result.GetValueOrDefault<int>() is < 0 or > HighestOffset)
                result.AddError($"--port-offset: a number from 0 to {HighestOffset} is wanted.");
        });

        var command = new RootCommand("Starts the whole store on this machine: PostgreSQL, RabbitMQ and the five services.")
        {
            data, reset, replicas, noSeed, seed, external, portOffset, yes,
        };
        command.Validators.Add(result =>
        {
            if (result.GetValue(seed) && result.GetValue(noSeed))
                result.AddError("--seed and --no-seed contradict each other.");
        });
        command.SetAction((result, _) => run(new RunOptions(
            DataFolder.Locate(result.GetValue(data)),
            result.GetValue(reset),
            result.GetValue(external),
            Seed: result.GetValue(seed) || !(result.GetValue(noSeed) || result.GetValue(external)),
            AssumeYes: result.GetValue(yes),
            result.GetValue(replicas) is { } text ? Replicas.Parse(text, out var _)! : Replicas.OneEach, // validated above
            result.GetValue(portOffset))));

        var parsed = command.Parse(arguments);
        // Signals are ours: a store needs longer to stop than the two seconds a command is given.
        var exitCode = await parsed.InvokeAsync(new InvocationConfiguration { ProcessTerminationTimeout = null });
        return parsed.Errors.Count > 0 ? UsageError : exitCode;
    }
}
