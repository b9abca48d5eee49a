using GoCart.AppHost.Local;
using GoCart.Faults.Load;

namespace GoCart.Faults.Catalogue;

/// <summary>A service that kills itself at a place where it hurts, in the middle of its work.</summary>
internal class FailpointFault(string service, string failpoint) : Fault
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private bool _wasPassed;

    public override string Name => failpoint;

    public override Length Length => Length.Seconds(0.1, 1);

    public override IReadOnlyList<Route> Suffers => Routes.Of(service);

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(2);

    public override async Task InjectAsync(Scene scene)
    {
        var process = scene.Store[service];
        await process.KillAsync();
        await process.StartAsync($"{failpoint}:{scene.Random.Next(1, 4)}");

        var passed = process.Exited;
        var limit = Task.Delay(Patience, scene.Cancelled);
        while (!passed.IsCompleted && !limit.IsCompleted)
        {
            await ProvokeAsync(scene);
            await Task.WhenAny(passed, limit, Task.Delay(TimeSpan.FromMilliseconds(100), scene.Cancelled));
        }

        _wasPassed = passed.IsCompleted && await passed == 128 + (int)Signal.Kill;
        await process.KillAsync();
    }

    public override Task HealAsync(Scene scene) => scene.Store[service].StartAsync();

    public override Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene) => Task.FromResult<IReadOnlyList<BrokenPromise>>(
        _wasPassed ? [] : [new(Name, $"{service} did not die there in {Patience.TotalSeconds:0} s")]);

    /// <summary>Does what leads there, if customers do it too seldom.</summary>
    protected virtual Task ProvokeAsync(Scene scene) => Task.CompletedTask;
}

/// <summary>Customers whose refreshed token never arrives: they ask again with the old one, which is good for 10 s more.</summary>
internal sealed class LostRefresh() : FailpointFault("users", "refresh.after_commit")
{
    protected override async Task ProvokeAsync(Scene scene)
    {
        try
        {
            var session = await CookieSession.BeginAsync(scene.Shop);
            await session.RefreshAsync();
        }
        catch (HttpRequestException)
        {
            // Users is not up yet, or has just died: that is what we are here for.
        }
    }
}
