using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.AppHost;

public sealed class LeftoversTests(LocalServers servers)
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(15);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Somebody_else_at_work_in_the_folder_is_no_leftover()
    {
        var folder = NewFolder();
        var somebody = await StartAsync(folder, "sleep");

        var leftovers = Leftovers.WorkingIn(folder, "postgres");
        await leftovers.EndAsync(Signal.Kill, TimeSpan.Zero, Cancelled);

        Assert.Empty(leftovers.Find());
        Assert.Equal([somebody.Id], Leftovers.WorkingIn(folder).Find());
        await somebody.StopAsync(Signal.Kill, TimeSpan.Zero);
    }

    [Fact]
    public async Task A_program_of_ours_in_the_folder_is_ended()
    {
        var folder = NewFolder();
        var left = await StartAsync(folder, "sleep");

        var leftovers = Leftovers.WorkingIn(Path.GetDirectoryName(folder)!, "sleep"); // a full path
        // For a moment it is the program that starts it.
        await Eventually.GetAsync(() => Task.FromResult(leftovers.Find()), found => found.Contains(left.Id));

        await leftovers.EndAsync(Signal.Terminate, Patience, Cancelled);

        Assert.Equal(128 + 15, await left.Exited.WaitAsync(Patience, Cancelled));
    }

    [Fact]
    public async Task What_has_our_variable_is_ended_and_by_force_if_need_be()
    {
        var folder = NewFolder();
        var left = await StartAsync(folder, "sh", "-c", "trap '' TERM; echo deaf; while :; do sleep 1; done");
        await Wait.UntilAsync(() => left.LastOutput() == "deaf", Cancelled);

        await Leftovers.WithVariable("GOCART_TEST", folder).EndAsync(Signal.Terminate, TimeSpan.Zero, Cancelled);

        Assert.Equal(128 + 9, await left.Exited.WaitAsync(Patience, Cancelled));
    }

    private static Task<ChildProcess> StartAsync(string folder, string program, params string[] arguments) =>
        ChildProcess.StartAsync(new ChildCommand(program, program, arguments.Length > 0 ? arguments : ["600"])
        {
            LogFile = Path.Combine(folder, "output"),
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string?> { ["GOCART_TEST"] = folder },
        });

    private string NewFolder() => Directory.CreateDirectory(
        Path.Combine(servers.Folder, $"leftovers-{Guid.NewGuid():N}", "inner")).FullName;
}
