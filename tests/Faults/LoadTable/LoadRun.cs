using System.Net.Http.Json;
using GoCart.BuildingBlocks.Database;
using GoCart.Faults.Checks;
using GoCart.Faults.Load;
using GoCart.Faults.Reports;
using GoCart.Faults.Store;

namespace GoCart.Faults.LoadTable;

/// <summary>
/// Measures what the store can serve (C: the largest rate with p99 up to 250 ms and no error), and how it behaves at parts
/// and multiples of that, all in one run and with one mix of customers.
/// </summary>
internal sealed class LoadRun(double minutes, FileInfo? summary, Action<string> say)
{
    private const double FirstRate = 40;
    private const double BestP99 = 250;
    private const int FirstOrders = 500;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(10);
    private static readonly TimeSpan Overload = TimeSpan.FromSeconds(20);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(10);

    private readonly ClientLog _log = new();
    private readonly List<Measured> _table = [];

    /// <returns>Whether every promise was kept.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        DapperTypes.Register();
        say($"{Machine.Describe()}, load average {RoundReport.LoadAverage()}");
        await using var store = await FaultStore.StartAsync(isBehindLines: false, say, cancellationToken);
        using var shop = await Shop.OpenAsync(store.Gateway, TokenMint.OfStore(store.SigningKeyFile), _log);
        // Warms up: a cold store would be measured for what compiling costs.
        await Burst.PlaceOrdersAsync(shop, FirstOrders, cancellationToken);
        await RunAsync(shop, FirstRate, Step, cancellationToken);

        var capacity = await FindCapacityAsync(shop, cancellationToken);
        var c = capacity.Rate;
        say(FormattableString.Invariant($"C is {c:0} actions a second: {capacity.Goodput:0} requests, p99 {capacity.P99:0} ms"));

        var steady = await RunAsync(shop, 0.7 * c, TimeSpan.FromMinutes(minutes), cancellationToken);
        Add(FormattableString.Invariant($"0.7 C, {minutes:0.#} min"), "0 errors", $"{steady.Unserved} of {steady.Exchanges.Count}", steady.Unserved == 0);
        Add("", "p99 ≤ 5 × p50", FormattableString.Invariant($"{steady.P99:0} ms, {steady.P99 / steady.P50:0.0} ×"), steady.P99 <= 5 * steady.P50);

        var logins = await RunAsync(shop, 0.7 * c, Step, cancellationToken, () => LogInAsync(shop, 100));
        Add("100 logins at once", "others' p99 ≤ 2 ×", Times(logins.P99, steady.P99), logins.P99 <= 2 * steady.P99);

        var before = await Footprint.TakeAsync(store, cancellationToken);
        var twice = await RunAsync(shop, 2 * c, Overload, cancellationToken);
        Add("2 C", "goodput ≥ 0.9 C", Share(twice, capacity), twice.Goodput >= 0.9 * capacity.Goodput);
        Add("", "accepted p99 ≤ 2 ×", Times(twice.P99, steady.P99), twice.P99 <= 2 * steady.P99);
        Add("", "the rest 429 or 503 + Retry-After", $"{twice.Wrong} otherwise", twice.Wrong == 0);

        var tenfold = await RunAsync(shop, 10 * c, Overload, cancellationToken);
        var after = await Footprint.TakeAsync(store, cancellationToken);
        Add("10 C", "goodput ≥ 0.7 C", Share(tenfold, capacity), tenfold.Goodput >= 0.7 * capacity.Goodput);
        Add("", "no process ends", store.Services.All(service => service.IsRunning) ? "none" : "one did", store.Services.All(service => service.IsRunning));
        var growth = after.Services.Max(service => (double)service.Value.MemoryMegabytes / before.Services[service.Key].MemoryMegabytes);
        Add("", "memory ≤ 2 ×", FormattableString.Invariant($"{growth:0.0} ×"), growth <= 2);

        await Task.Delay(Patience, cancellationToken);
        var afterwards = await RunAsync(shop, 0.7 * c, Step, cancellationToken);
        Add("10 s afterwards", "p99 ≤ 1.2 ×", Times(afterwards.P99, steady.P99), afterwards.P99 <= 1.2 * steady.P99);

        var crowded = await RunAsync(shop, 0.7 * c, Overload, cancellationToken, () => BrowseAsync(shop, 5 * c, Overload, cancellationToken));
        var kept = crowded.GoodputOf(Route.PlaceOrder, Route.Cancel);
        Add("browsing at 5 C", "orders and cancels keep ≥ 0.95", FormattableString.Invariant($"{kept:0.00}"), kept >= 0.95);

        var settled = await Settling.WaitAsync(store, _log, cancellationToken);
        Add("all the time", "invariants hold", $"{settled.Audit.Violations.Count} violations", settled.Audit.IsClean);

        string[] lines =
        [
            FormattableString.Invariant($"{Machine.Describe()}, load average {RoundReport.LoadAverage()} at the end; C = {c:0} actions a second, which are {capacity.Goodput:0} requests."),
            "", "| at | promised | measured | kept |", "| --- | --- | --- | --- |",
            .. _table.Select(row => $"| {row.At} | {row.Promised} | {row.Seen} | {(row.IsKept ? "yes" : "no")} |"),
        ];
        if (summary is not null) await File.WriteAllLinesAsync(summary.FullName, lines, cancellationToken);
        foreach (var line in lines) say(line);
        say($"{_table.Count(row => row.IsKept)} passed, {_table.Count(row => !row.IsKept)} failed");
        return _table.All(row => row.IsKept);
    }

    /// <summary>Doubles the rate until it is too much, then closes in on the largest that is not.</summary>
    private async Task<Phase> FindCapacityAsync(Shop shop, CancellationToken cancellationToken)
    {
        Phase? best = null;
        var tooMuch = double.PositiveInfinity;
        for (var rate = FirstRate; best is null || tooMuch / best.Rate > 1.1;)
        {
            var phase = await TryAsync(shop, rate, cancellationToken);
            // Once more: it may have been something else that wanted the machine.
            if (!IsServed(phase)) phase = await TryAsync(shop, rate, cancellationToken);
            if (IsServed(phase)) best = phase;
            else tooMuch = rate;

            if (best is null && rate < 1) throw new InvalidOperationException("Not even one action a second is served in time.");
            rate = double.IsInfinity(tooMuch) ? 2 * rate : best is null ? rate / 2 : Math.Sqrt(best.Rate * tooMuch);
        }

        return best;
    }

    private static bool IsServed(Phase phase) => phase.Unserved == 0 && phase.P99 <= BestP99;

    private async Task<Phase> TryAsync(Shop shop, double rate, CancellationToken cancellationToken)
    {
        var phase = await RunAsync(shop, rate, Step, cancellationToken);
        say(FormattableString.Invariant($"{rate:0} actions a second: p99 {phase.P99:0} ms, {phase.Unserved} not served"));
        return phase;
    }

    private async Task<Phase> RunAsync(
        Shop shop, double rate, TimeSpan length, CancellationToken cancellationToken, Func<Task>? beside = null)
    {
        var from = _log.Now;
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(length);
        await Task.WhenAll(
            new MixedLoad(shop, rate, seed: 1, areStubborn: false).RunAsync(end.Token),
            beside?.Invoke() ?? Task.CompletedTask);
        return new Phase(rate, length, [.. _log.Between(from, _log.Now).Where(exchange => exchange.Sent >= from)]);
    }

    private static async Task BrowseAsync(Shop shop, double rate, TimeSpan length, CancellationToken cancellationToken)
    {
        using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        end.CancelAfter(length);
        await new MixedLoad(shop, rate, seed: 2, areStubborn: false, browseOnly: true).RunAsync(end.Token);
    }

    private static Task LogInAsync(Shop shop, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(async number =>
    {
        using var response = await shop.Http.PostAsJsonAsync(
            "/api/login", new { email = shop.Regulars[number % shop.Regulars.Count].Email, password = Customer.Password });
    }));

    private void Add(string at, string promised, string seen, bool isKept) => _table.Add(new Measured(at, promised, seen, isKept));

    private static string Times(double now, double then) => FormattableString.Invariant($"{now:0} ms, {now / then:0.0} ×");

    private static string Share(Phase phase, Phase capacity) =>
        FormattableString.Invariant($"{phase.Goodput / capacity.Goodput:0.00} C");

    private sealed record Measured(string At, string Promised, string Seen, bool IsKept);
}
