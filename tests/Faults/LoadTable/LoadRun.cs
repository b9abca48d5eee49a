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
/// <param name="minutes">How long at 0.7 C.</param>
/// <param name="capacity">C, where it was measured before; null: it is measured.</param>
internal sealed class LoadRun(double minutes, double? capacity, FileInfo? summary, Action<string> say)
{
    private const int Shoppers = 500;
    private const int Seed = 1;

    /// <summary>Ten times what the store can serve, for minutes.</summary>
    private const int DiskMegabytes = 6 * 1024;

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
        await using var store = await FaultStore.StartAsync(isBehindLines: false, DiskMegabytes, say, cancellationToken);
        using var shop = await Shop.OpenAsync(store.Gateway, TokenMint.OfStore(store.SigningKeyFile), _log);
        using var connections = new Connections(store.Gateway);
        var load = new OpenLoop(
            connections, shop,
            [.. shop.Crowd(Shoppers).Select(customer => new Shopper(connections, _log, customer))],
            [.. shop.Regulars.Select(customer => new Shopper(connections, _log, customer))]);
        var runner = new PhaseRunner(store, connections, load, Seed, say);

        var search = new CapacitySearch(runner);
        await search.WarmUpAsync(cancellationToken);
        var full = capacity is { } known
            ? await runner.RunAsync("C", known, Step, cancellationToken)
            : await search.RunAsync(cancellationToken);
        var c = full.Rate;
        say(FormattableString.Invariant($"C is {c:0} actions a second: {full.Goodput:0} requests, p99 {full.P99:0} ms"));

        var steady = await runner.RunAsync("0.7 C", 0.7 * c, TimeSpan.FromMinutes(minutes), cancellationToken);
        Add(FormattableString.Invariant($"0.7 C, {minutes:0.#} min"), "0 errors", $"{steady.Unserved} of {steady.Count}", steady.Unserved == 0);
        Add("", "p99 ≤ 5 × p50", FormattableString.Invariant($"{steady.P99:0} ms, {steady.P99 / steady.P50:0.0} ×"), steady.P99 <= 5 * steady.P50);

        var logins = await runner.RunAsync("logins", 0.7 * c, Step, cancellationToken, () => LogInAsync(shop, 100));
        Add("100 logins at once", "others' p99 ≤ 2 ×", Times(logins.P99, steady.P99), logins.P99 <= 2 * steady.P99);

        var before = await Footprint.TakeAsync(store, cancellationToken);
        var twice = await runner.RunAsync("2 C", 2 * c, Overload, cancellationToken);
        Add("2 C", "goodput ≥ 0.9 C", Share(twice, full), twice.Goodput >= 0.9 * full.Goodput);
        Add("", "accepted p99 ≤ 2 ×", Times(twice.P99, steady.P99), twice.P99 <= 2 * steady.P99);
        Add("", "the rest 429 or 503 + Retry-After", $"{twice.Wrong} otherwise", twice.Wrong == 0);

        var tenfold = await runner.RunAsync("10 C", 10 * c, Overload, cancellationToken);
        var after = await Footprint.TakeAsync(store, cancellationToken);
        Add("10 C", "goodput ≥ 0.7 C", Share(tenfold, full), tenfold.Goodput >= 0.7 * full.Goodput);
        Add("", "no process ends", store.Services.All(service => service.IsRunning) ? "none" : "one did", store.Services.All(service => service.IsRunning));
        var growth = after.Services.Max(service => (double)service.Value.MemoryMegabytes / before.Services[service.Key].MemoryMegabytes);
        Add("", "memory ≤ 2 ×", FormattableString.Invariant($"{growth:0.0} ×"), growth <= 2);

        await Task.Delay(Patience, cancellationToken);
        var afterwards = await runner.RunAsync("afterwards", 0.7 * c, Step, cancellationToken);
        Add("10 s afterwards", "p99 ≤ 1.2 ×", Times(afterwards.P99, steady.P99), afterwards.P99 <= 1.2 * steady.P99);

        var crowded = await runner.RunAsync(
            "browsing", 0.7 * c, Overload, cancellationToken,
            () => load.RunAsync(5 * c, Overload, Seed + 1, browseOnly: true, cancellationToken));
        var kept = crowded.ServedOf(Route.PlaceOrder, Route.Cancel);
        Add("browsing at 5 C", "orders and cancels keep ≥ 0.95", FormattableString.Invariant($"{kept:0.00}"), kept >= 0.95);

        var settled = await Settling.WaitAsync(store, _log, cancellationToken);
        Add("all the time", "invariants hold", $"{settled.Audit.Violations.Count} violations", settled.Audit.IsClean);

        string[] lines =
        [
            FormattableString.Invariant($"{Machine.Describe()}, load average {RoundReport.LoadAverage()} at the end, seed {Seed}; C = {c:0} actions a second, which are {full.Goodput:0} requests."),
            store.Database.HasSmallDisk ? "The databases lie in memory: what a disk costs is not in these figures." : "The databases lie on the disk of the machine.",
            FormattableString.Invariant($"The load itself took {full.OurCores:0.00} of a core at C, {twice.OurCores:0.00} at 2 C and {tenfold.OurCores:0.00} at 10 C."),
            "", "| at | promised | measured | kept |", "| --- | --- | --- | --- |",
            .. _table.Select(row => $"| {row.At} | {row.Promised} | {row.Seen} | {(row.IsKept ? "yes" : "no")} |"),
        ];
        if (summary is not null)
            await File.WriteAllLinesAsync(summary.FullName, lines, cancellationToken);
        foreach (var line in lines)
            say(line);
        if (_table.Any(row => !row.IsKept))
            say($"The logs are kept in {store.KeepLogs()}");
        say($"{_table.Count(row => row.IsKept)} passed, {_table.Count(row => !row.IsKept)} failed");
        return _table.All(row => row.IsKept);
    }

    private static Task LogInAsync(Shop shop, int count) => Task.WhenAll(Enumerable.Range(0, count).Select(async number =>
    {
        using var response = await shop.Http.PostAsJsonAsync(
            "/api/login", new { email = shop.Regulars[number % shop.Regulars.Count].Email, password = Customer.Password });
    }));

    private void Add(string at, string promised, string seen, bool isKept) => _table.Add(new Measured(at, promised, seen, isKept));

    private static string Times(double now, double then) => FormattableString.Invariant($"{now:0} ms, {now / then:0.0} ×");

    private static string Share(Phase phase, Phase full) => FormattableString.Invariant($"{phase.Goodput / full.Goodput:0.00} C");

    private sealed record Measured(string At, string Promised, string Seen, bool IsKept);
}
