using System.Diagnostics;
using Spectre.Console;

namespace GoCart.AppHost.Terminal;

/// <summary>What has been done so far: a live list on a terminal, a line for each finished step elsewhere.</summary>
internal sealed class StartProgress(IAnsiConsole console)
{
    private readonly Lock _access = new();
    private readonly List<Step> _steps = [];

    private bool IsLive => console.Profile.Capabilities.Interactive && console.Profile.Out.IsTerminal;

    /// <summary>Shows the steps for as long as the work goes on.</summary>
    public async Task ShowAsync(Task work)
    {
        try
        {
            if (IsLive)
                await ShowLiveAsync(work);
        }
        catch (IOException)
        {
            // The terminal was closed: nobody looks any more, and the work is still to be waited for.
        }

        await work;
    }

    public Task RunAsync(string name, Func<Task> work) => RunAsync(name, async () =>
    {
        await work();
        return true;
    });

    /// <param name="name">What is shown.</param>
    /// <param name="work">False: it failed, and that stops nobody else.</param>
    public async Task RunAsync(string name, Func<Task<bool>> work)
    {
        var step = new Step(name, Stopwatch.StartNew());
        lock (_access)
            _steps.Add(step);
        try
        {
            End(step, await work() ? Outcome.Ready : Outcome.Failed);
        }
        catch (Exception e)
        {
            End(step, e is OperationCanceledException ? Outcome.Stopped : Outcome.Failed);
            throw;
        }
    }

    private Task ShowLiveAsync(Task work) => console.Live(Text.Empty).StartAsync(async live =>
    {
        while (!work.IsCompleted)
        {
            live.UpdateTarget(Render());
            await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(100)));
        }

        live.UpdateTarget(Render());
    });

    private void End(Step step, Outcome outcome)
    {
        lock (_access)
        {
            step.Watch.Stop();
            step.Outcome = outcome;
        }

        if (!IsLive)
        {
            var word = outcome.ToString().ToLowerInvariant();
            StoreConsole.TryWrite(() => console.WriteLine(
                $"{step.Name}: {word} after {step.Watch.Elapsed.TotalSeconds:0.0} s"));
        }
    }

    private Grid Render()
    {
        var grid = new Grid().AddColumns(3);
        lock (_access)
        {
            foreach (var step in _steps)
                grid.AddRow(step.Mark(), new Text(step.Name), step.Time());
        }

        return grid;
    }

    private enum Outcome
    {
        Ready,
        Failed,

        /// <summary>Somebody closed the store, or another step failed.</summary>
        Stopped,
    }

    private sealed class Step(string name, Stopwatch watch)
    {
        private static readonly Spinner Spinner = Spinner.Known.Dots;

        public string Name => name;

        public Stopwatch Watch => watch;

        /// <summary>Null while it runs.</summary>
        public Outcome? Outcome { get; set; }

        public Markup Mark() => Outcome switch
        {
            StartProgress.Outcome.Ready => new Markup("[green]✓[/]"),
            StartProgress.Outcome.Failed => new Markup("[red]✗[/]"),
            StartProgress.Outcome.Stopped => new Markup("[grey]-[/]"),
            _ => new Markup($"[yellow]{Spinner.Frames[(int)(watch.Elapsed / Spinner.Interval) % Spinner.Frames.Count]}[/]"),
        };

        public Markup Time() => new Markup($"[grey]{watch.Elapsed.TotalSeconds:0.0} s[/]");
    }
}
