using System.CommandLine;
using GoCart.Cli.Api;
using GoCart.Cli.Formats;
using GoCart.Cli.Terminals;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Commands;

/// <summary>What a command works with: the store, a place for data, and somebody to talk to.</summary>
internal sealed class CommandContext : IDisposable
{
    private readonly CliEnvironment _environment;

    public CommandContext(CliEnvironment environment, GlobalOptions options, ParseResult parsed)
    {
        _environment = environment;
        IsJson = options.IsJson(parsed);
        Terminal = new Terminal(environment, environment.Error.OpenConsole(environment));

        Client = options.OpenClient(parsed, environment);
    }

    public GoCartClient Client { get; }

    public Terminal Terminal { get; }

    /// <summary>Standard output carries the store's own JSON, and nothing else.</summary>
    public bool IsJson { get; }

    public TimeProvider Clock => _environment.Clock;

    public void Dispose() => Client.Dispose();

    public void Print<T>(Reply<T> reply, Func<T, IRenderable> view)
    {
        if (IsJson)
            PrintJson(reply.Json);
        else
            Print(view(reply.Value));
    }

    public void Print<T>(Page<T> page, Func<IReadOnlyList<T>, IRenderable> view)
    {
        if (IsJson)
            PrintJson(page.Json);
        else if (page.Items.Count > 0)
            Print(view(page.Items));
        else
            Terminal.Say("There is nothing to list.");

        if (page.Next is not null)
            Terminal.SayHint($"These are the first {page.Items.Count}; more with --limit or --all.");
    }

    public void Print(IRenderable view)
    {
        _environment.Out.OpenConsole(_environment).Write(view);
        _environment.Out.Writer.Flush();
    }

    public void PrintJson(string json)
    {
        _environment.Out.Writer.Write(SafeText.Json(json).TrimEnd() + "\n");
        _environment.Out.Writer.Flush();
    }

    /// <summary>Asks whoever is there. A script has decided already, by running the command.</summary>
    public async Task<bool> ConfirmAsync(string question, CancellationToken cancellationToken) =>
        Terminal.Prompt is null || await Terminal.Prompt.ConfirmAsync(question, cancellationToken);

    public async Task<string?> ReadLineAsync(CancellationToken cancellationToken) =>
        // On another thread, or Ctrl-C would wait for the line.
        await Task.Run(_environment.In.ReadLine, cancellationToken).WaitAsync(cancellationToken);
}
