using GoCart.Cli.Api;
using GoCart.Cli.Terminals;
using Spectre.Console;

namespace GoCart.Cli;

/// <summary>Everything the client takes from the process around it, so that a test can run commands inside its own.</summary>
internal sealed record CliEnvironment
{
    public required Func<string, string?> Variable { get; init; }

    public required TextReader In { get; init; }

    /// <summary>Somebody can type: needed for prompts and for the menu.</summary>
    public bool InIsTerminal { get; init; }

    /// <summary>Data goes here.</summary>
    public required OutputStream Out { get; init; }

    /// <summary>Everything that is said about the data: progress, hints, errors.</summary>
    public required OutputStream Error { get; init; }

    /// <summary>Null reads the keys of the process's own terminal.</summary>
    public IAnsiConsoleInput? Keyboard { get; init; }

    public TimeProvider Clock { get; init; } = TimeProvider.System;

    public Func<ServerAddress, HttpMessageHandler> Connect { get; init; } = server => server.OpenConnections();

    public static CliEnvironment OfThisProcess() => new()
    {
        Variable = Environment.GetEnvironmentVariable,
        In = Console.In,
        InIsTerminal = !Console.IsInputRedirected,
        Out = OutputStream.To(Console.Out, isTerminal: !Console.IsOutputRedirected),
        Error = OutputStream.To(Console.Error, isTerminal: !Console.IsErrorRedirected),
    };
}
