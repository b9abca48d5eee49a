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
        if (IsLive)
        {
            await console.Live(Text.Empty).StartAsync(async live =>
            {
                while (!work.IsCompleted)
                {
                    live.UpdateTarget(Render());
                    await Task.WhenAny(work, Task.Delay(TimeSpan.FromMilliseconds(100)));
                }

                live.UpdateTarget(Render());
            });
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
        lock (_access) _steps.Add(step);
        var succeeded = false;
        try
        {
            succeeded = await work();
        }
        finally
        {
            End(step, succeeded);
        }
    }

    private void End(Step step, bool succeeded)
    {
        lock (_access)
        {
            step.Watch.Stop();
            step.Succeeded = succeeded;
        }

        if (!IsLive)
            console.WriteLine($"{step.Name}: {(succeeded ? "ready" : "failed")} after {step.Watch.Elapsed.TotalSeconds:0.0} s");
    }

    private Grid Render()
    {
        var grid = new Grid().AddColumns(3);
        lock (_access)
        {
            foreach (var step in _steps) grid.AddRow(step.Mark(), new Text(step.Name), step.Time());
        }

        return grid;
    }

    private sealed class Step(string name, Stopwatch watch)
    {
        private static readonly Spinner Spinner = Spinner.Known.Dots;

        public string Name => name;

        public Stopwatch Watch => watch;

        /// <summary>Null while it runs.</summary>
        public bool? Succeeded { get; set; }

        public Markup Mark() => Succeeded switch
        {
            true => new Markup("[green]✓[/]"),
            false => new Markup("[red]✗[/]"),
            _ => new Markup($"[yellow]{Spinner.Frames[(int)(watch.Elapsed / Spinner.Interval) % Spinner.Frames.Count]}[/]"),
        };

        public Markup Time() => new Markup($"[grey]{watch.Elapsed.TotalSeconds:0.0} s[/]");
    }
}
