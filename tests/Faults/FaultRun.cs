using System.Globalization;
using GoCart.BuildingBlocks.Database;
using GoCart.Faults.Checks;
using GoCart.Faults.Load;
using GoCart.Faults.Reports;
using GoCart.Faults.Store;

namespace GoCart.Faults;

/// <summary>A run: one store, one shop, many rounds.</summary>
internal sealed class FaultRun(IReadOnlyList<Schedule> schedules, double rate, FileInfo? summary, Action<string> say)
{
    /// <summary>Until everything that is compiled, prepared and cached is: the footprint of a cold store says nothing.</summary>
    private static readonly TimeSpan WarmUp = TimeSpan.FromSeconds(12);

    /// <summary>At the same schedule.</summary>
    private const int MostAttempts = 3;

    /// <summary>Of the databases' write-ahead log, twice what it grows to at leisure.</summary>
    private const int LogMegabytes = 2048;

    /// <summary>Some hundred orders of ten kilobytes, with room to spare.</summary>
    private const int MegabytesOfRound = 10;

    /// <summary>As many as one fault may cause in a rush: what they make a process set aside, it has before it is measured.</summary>
    private const int FirstOrders = 500;

    /// <returns>Whether every promise was kept.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        DapperTypes.Register();
        var log = new ClientLog();
        say($"{Machine.Describe()}, load average {RoundReport.LoadAverage()}; {rate:0} actions a second");
        await using var store = await FaultStore.StartAsync(
            isBehindLines: true, LogMegabytes + schedules.Count * MegabytesOfRound, say, cancellationToken);
        using var shop = await Shop.OpenAsync(store.Gateway, TokenMint.OfStore(store.SigningKeyFile), log);
        await WarmUpAsync(shop, cancellationToken);
        var before = await Footprint.TakeIdleAsync(store, cancellationToken);
        say($"The store is open after {log.Now.TotalSeconds:0} s; logs in {store.Logs}\n");

        var rounds = new List<RoundReport>();
        foreach (var schedule in schedules)
        {
            try
            {
                await shop.SignInAgainAsync();
                rounds.Add(await RunAsync(store, shop, schedule, cancellationToken) with { Exchanges = [] });
                log.ForgetExchanges();
            }
            // What could not be healed would spoil every round that follows.
            catch (Exception e) when (e is not OperationCanceledException)
            {
                say($"seed {schedule.Seed}: FAILED\n  schedule: {schedule}\n  BROKEN the round could not go on, and the run ends here: {e}");
                say($"The logs are kept in {store.KeepLogs()}");
                say($"{rounds.Count(round => round.IsPassed)} passed, {schedules.Count - rounds.Count(round => round.IsPassed)} failed");
                return false;
            }
        }

        var (after, broken) = await Footprint.WaitUntilBackAsync(store, before, cancellationToken);
        var all = broken.Concat(await SecretsInLogs.FindAsync(store, shop)).Concat(DatabaseLog.Find(store)).ToList();
        say($"\nbefore: {before}\nafter:  {after}");
        foreach (var promise in all)
            say($"BROKEN {promise}");

        if (summary is not null)
            await File.WriteAllTextAsync(summary.FullName, Summary.Of(rounds, before, after, all), cancellationToken);

        // The whole run counts as one: what it left behind is nobody's fault in particular.
        var failed = rounds.Count(round => !round.IsPassed) + (all.Count > 0 ? 1 : 0);
        if (failed > 0)
            say($"The logs are kept in {store.KeepLogs()}");
        say($"Took {log.Now.ToString(@"m\:ss", CultureInfo.InvariantCulture)} min");
        say($"{rounds.Count + 1 - failed} passed, {failed} failed");
        return failed == 0;
    }

    /// <summary>
    /// One round; and again, if only promises about time were broken: a machine that is not ours alone takes its time now and then,
    /// and not always in a way that it shows. What is slow by itself is so three times.
    /// </summary>
    private async Task<RoundReport> RunAsync(FaultStore store, Shop shop, Schedule schedule, CancellationToken cancellationToken)
    {
        for (var attempt = 1; ; attempt++)
        {
            var report = await new Round(store, shop, schedule, rate).RunAsync(cancellationToken);
            foreach (var line in report.Lines())
                say(line);
            if (report.IsPassed || attempt == MostAttempts || !report.Broken.All(promise => promise.IsAboutTime))
                return report;

            say(FormattableString.Invariant(
                $"  Nothing but times, and {report.ForeignProcessors:0.0} of {Environment.ProcessorCount} processors busy with something else: once more."));
            schedule = schedule.Again();
        }
    }

    private async Task WarmUpAsync(Shop shop, CancellationToken cancellationToken)
    {
        using var warm = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        warm.CancelAfter(WarmUp);
        await Task.WhenAll(
            new MixedLoad(shop, rate, seed: 0).RunAsync(warm.Token),
            Burst.PlaceOrdersAsync(shop, FirstOrders, cancellationToken));
    }
}
