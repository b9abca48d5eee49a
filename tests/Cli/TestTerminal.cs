using System.Collections.Concurrent;
using GoCart.Cli;
using GoCart.Cli.Api;
using GoCart.Cli.Terminals;
using Spectre.Console;

namespace GoCart.Tests.Cli;

/// <summary>What a command printed where, and how it ended.</summary>
public sealed record CliResult(int ExitCode, string Out, string Error)
{
    /// <summary>Fails with everything that was said, if the command did.</summary>
    public CliResult Succeeded()
    {
        Assert.True(ExitCode == 0, $"Exit code {ExitCode}\n{Out}\n{Error}");
        return this;
    }
}

/// <summary>Somebody at a terminal, with a home folder of their own, who runs <c>gocart</c> inside the test process.</summary>
internal sealed class TestTerminal : IDisposable
{
    private readonly DirectoryInfo _home = Directory.CreateTempSubdirectory("gocart-cli-");

    public TestTerminal(Uri? server = null)
    {
        Variables["XDG_CONFIG_HOME"] = _home.FullName;
        if (server is not null)
            Variables["GOCART_SERVER"] = server.ToString();
    }

    public Dictionary<string, string> Variables { get; } = [];

    /// <summary>What is typed, prompts included; null when nobody is there.</summary>
    public Keys? Keyboard { get; set; }

    /// <summary>Null for real connections.</summary>
    public Func<ServerAddress, HttpMessageHandler>? Connect { get; set; }

    public int Width { get; init; } = 100;

    /// <summary>Ends the command, as Ctrl-C would.</summary>
    public CancellationToken Stop { get; init; } = TestContext.Current.CancellationToken;

    public string SessionPath => Path.Combine(_home.FullName, "gocart", "session.json");

    public Task<CliResult> RunAsync(params string[] args) => RunWithInputAsync("", args);

    /// <param name="input">Standard input, when it is not the keyboard.</param>
    public async Task<CliResult> RunWithInputAsync(string input, params string[] args)
    {
        var isTerminal = Keyboard is not null;
        using StringWriter output = new(), error = new();
        var environment = new CliEnvironment
        {
            Variable = name => Variables.GetValueOrDefault(name),
            In = new StringReader(input),
            InIsTerminal = isTerminal,
            Out = new OutputStream(output, isTerminal, isTerminal ? Width : int.MaxValue, Height: 50),
            Error = new OutputStream(error, isTerminal, isTerminal ? Width : int.MaxValue, Height: 50),
            Keyboard = Keyboard,
            Clock = Samples.Clock,
            Connect = Connect ?? (server => server.OpenConnections()),
        };

        var exitCode = await CliApp.RunAsync(args, environment, Stop);
        return new CliResult(exitCode, output.ToString(), error.ToString());
    }

    public void Dispose() => _home.Delete(recursive: true);
}

/// <summary>Types what a test tells it to, and then Ctrl-D for ever.</summary>
internal sealed class Keys(string typed) : IAnsiConsoleInput
{
    private const char EndOfTransmission = '\u0004';

    private readonly ConcurrentQueue<char> _keys = new(typed);

    public bool IsKeyAvailable() => true;

    public ConsoleKeyInfo? ReadKey(bool intercept)
    {
        var c = _keys.TryDequeue(out var next) ? next : EndOfTransmission;
        var key = c switch
        {
            '\n' => ConsoleKey.Enter,
            '\b' => ConsoleKey.Backspace,
            '\u001B' => ConsoleKey.Escape,
            _ => ConsoleKey.None,
        };
        return new ConsoleKeyInfo(c, key, shift: false, alt: false, control: false);
    }

    public Task<ConsoleKeyInfo?> ReadKeyAsync(bool intercept, CancellationToken cancellationToken) =>
        Task.FromResult(ReadKey(intercept));
}
