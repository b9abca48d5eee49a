using GoCart.Faults.Checks;
using GoCart.Faults.Load;
using GoCart.Faults.Reports;
using GoCart.Faults.Store;

namespace GoCart.Faults;

/// <summary>
/// One round: customers come, faults happen one after the other and are healed, the customers leave, the store settles, and
/// what everybody was told is held against what the store has.
/// </summary>
internal sealed class Round(FaultStore store, Shop shop, Schedule schedule, double rate)
{
    private static readonly TimeSpan RecoveryLimit = TimeSpan.FromSeconds(40);
    private static readonly TimeSpan Afterwards = TimeSpan.FromSeconds(1.5);

    private readonly ClientLog _log = shop.Log;

    public async Task<RoundReport> RunAsync(CancellationToken cancellationToken)
    {
        var scene = new Scene(store, shop, new Random(schedule.Seed), cancellationToken);
        var faults = schedule.Faults.Where(scheduled => scheduled.Fault.WhyNot(store) is null).ToList();
        var copies = faults.Select(scheduled => scheduled.Fault.Copies).DefaultIfEmpty(1).Max();
        var servers = faults.Select(scheduled => scheduled.Fault.Servers).DefaultIfEmpty().Max();
        var isOther = copies > 1 || servers != ServerSet.OneEach;
        if (isOther)
            await store.UseAsync(servers, copies, cancellationToken);

        var foreign = ForeignWork.Watch();
        var brokenBefore = _log.Broken.Count;
        var scarce = await ScarceSale.BeginAsync(shop, schedule.Seed);
        var started = _log.Now;

        using var closing = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var load = new MixedLoad(shop, rate, schedule.Seed).RunAsync(closing.Token);
        var outcomes = new List<FaultOutcome>();
        for (var next = 0; next < faults.Count; next++)
        {
            if (next + 1 < faults.Count && faults[next + 1].Joins)
                outcomes.AddRange(await HappenTogetherAsync(faults[next], faults[++next], scene));
            else
                outcomes.Add(await HappenAsync(faults[next], scene));
        }

        await Task.Delay(Afterwards, cancellationToken);
        await closing.CancelAsync();
        await Task.WhenAll(load, scarce.EndAsync());
        await shop.AwaitCustomersAsync();
        var ended = _log.Now;
        var foreignProcessors = foreign.Processors();

        var settled = await Settling.WaitAsync(store, _log, cancellationToken);
        var exchanges = _log.Between(started, ended).ToList();
        var broken = new List<BrokenPromise>(_log.Broken.Skip(brokenBefore));
        broken.AddRange(settled.Broken);
        broken.AddRange(ClientChecks.Find(exchanges, outcomes));
        broken.AddRange(outcomes.SelectMany(outcome => outcome.FindBroken(exchanges)));
        broken.AddRange(await OrderChecks.FindAsync(store, _log, cancellationToken));
        broken.AddRange(await scarce.FindBrokenAsync(store, cancellationToken));
        foreach (var outcome in outcomes)
            broken.AddRange(await outcome.Fault.CheckAsync(scene));

        if (isOther)
            await store.UseAsync(ServerSet.OneEach, copies: 1, cancellationToken);
        var skipped = schedule.Faults.Where(scheduled => !faults.Contains(scheduled))
            .Select(scheduled => $"{scheduled.Fault.Name}: {scheduled.Fault.WhyNot(store)}");
        return new RoundReport(
            schedule, started, ended, exchanges, [.. outcomes.Select(outcome => outcome.With(exchanges))], settled, [.. skipped], broken, foreignProcessors);
    }

    private async Task<FaultOutcome> HappenAsync(ScheduledFault scheduled, Scene scene)
    {
        var fault = scheduled.Fault;
        await Task.Delay(scheduled.Pause, scene.Cancelled);

        var injected = _log.Now;
        await fault.InjectAsync(scene);
        await Task.Delay(scheduled.Length, scene.Cancelled);
        await fault.HealAsync(scene);
        var healed = _log.Now;
        var recovered = await fault.WaitForRecoveryAsync(scene, RecoveryLimit);
        return new FaultOutcome(fault, injected, healed, recovered, _log.Now, WasAlone: true);
    }

    /// <summary>The second begins during the first, and chance decides which of them is healed first.</summary>
    private async Task<IEnumerable<FaultOutcome>> HappenTogetherAsync(ScheduledFault first, ScheduledFault second, Scene scene)
    {
        await Task.Delay(first.Pause, scene.Cancelled);
        var injected = _log.Now;
        await first.Fault.InjectAsync(scene);
        await Task.Delay(second.Pause, scene.Cancelled);
        await second.Fault.InjectAsync(scene);

        Fault[] faults = [first.Fault, second.Fault];
        scene.Random.Shuffle(faults);
        await Task.Delay(first.Length, scene.Cancelled);
        await faults[0].HealAsync(scene);
        await Task.Delay(second.Length, scene.Cancelled);
        await faults[1].HealAsync(scene);

        // What the first one broke may need what the second one did: both count from here, and until both are over.
        var healed = _log.Now;
        var recovered = await Task.WhenAll(faults.Select(fault => fault.WaitForRecoveryAsync(scene, RecoveryLimit)));
        var ended = _log.Now;
        return faults.Select((fault, index) => new FaultOutcome(fault, injected, healed, recovered[index], ended, WasAlone: false));
    }
}
