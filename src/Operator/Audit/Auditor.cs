using System.Collections.Concurrent;

namespace GoCart.Operator.Audit;

/// <summary>Proves the invariants of the store from its databases, reading only, while it is used.</summary>
/// <remarks>
/// Each database is read as of one moment, and these moments have an order: carts, orders, products. A fact travels the other
/// way round at times (orders learns from products that stock is reserved), and then the side that is read later has it for
/// certain; what else two moments leave open is looked up once more.
/// </remarks>
public static class Auditor
{
    /// <inheritdoc cref="RunAsync(OperatorSettings, AuditOptions, TimeProvider, CancellationToken)"/>
    /// <param name="settled">Also demands that nothing is under way any more (I7).</param>
    public static Task<AuditReport> RunAsync(
        OperatorSettings settings, bool settled, TimeProvider clock, CancellationToken cancellationToken) =>
        RunAsync(settings, new AuditOptions { Settled = settled }, clock, cancellationToken);

    /// <exception cref="OperatorException">A database or a log cannot be read.</exception>
    public static async Task<AuditReport> RunAsync(
        OperatorSettings settings, AuditOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        var begun = clock.GetUtcNow();
        var scope = Scope.Of(options, settings.RetentionDays, begun);
        Task<Snapshot> TakeAsync(string name) => Snapshot.TakeAsync(name, settings.Database(name), cancellationToken);

        await using var users = await TakeAsync("users");
        await using var carts = await TakeAsync("carts");
        await using var orders = await TakeAsync("orders");
        await using var products = await TakeAsync("products");
        // What compares two databases reads them beside the checks of each.
        await using var cartsBeside = await carts.ShareAsync(cancellationToken);
        await using var ordersBeside = await orders.ShareAsync(cancellationToken);
        await using var productsBeside = await products.ShareAsync(cancellationToken);

        var inCarts = new CartCheck(cartsBeside, ordersBeside, scope);
        var stock = new StockCheck(ordersBeside, productsBeside, scope);
        var violations = new ConcurrentBag<Violation>();
        await Task.WhenAll(
            RunAsync(users, OtherChecks.Users),
            RunAsync(carts, [.. OtherChecks.Carts, .. SettledChecks.Others(options.Settled)]),
            RunAsync(orders, [.. OrderChecks.All, .. SettledChecks.Orders(options.Settled)]),
            RunAsync(products, [.. ProductChecks.All, .. SettledChecks.Others(options.Settled)]),
            CompareAsync());
        if (options.Settled && settings.Broker is not null)
            Add(await QueueCheck.RunAsync(settings, cancellationToken));
        if (options.Logs is not null)
            Add(await LogCheck.RunAsync(options.Logs, scope.Since, settings, users, cancellationToken));

        return new(
            new Dictionary<string, long>
            {
                ["products"] = await CountAsync(products, "products", scope, cancellationToken),
                ["orders"] = stock.Count,
                ["carts"] = await CountAsync(carts, "carts", scope, cancellationToken),
                ["sessions"] = await CountAsync(users, "sessions", scope, cancellationToken),
            },
            [.. violations.OrderBy(violation => Invariants.Order(violation.Invariant)).ThenBy(violation => violation.Row, StringComparer.Ordinal)])
        {
            Proved = Invariants.ProvedWith(options),
            Since = options.Since,
            // What was excused today has to be seen again.
            NextSince = new[] { begun, inCarts.UnderWaySince ?? begun, stock.UnderWaySince ?? begun }.Min(),
        };

        async Task RunAsync(Snapshot snapshot, IEnumerable<Check> checks)
        {
            foreach (var check in checks)
                Add(await check.RunAsync(snapshot, scope, cancellationToken));
        }

        async Task CompareAsync()
        {
            Add(await inCarts.RunAsync(cancellationToken));
            Add(await stock.RunAsync(() => TakeAsync("orders"), cancellationToken));
        }

        void Add(IEnumerable<Violation> found)
        {
            foreach (var violation in found)
                violations.Add(violation);
        }
    }

    private static async Task<long> CountAsync(Snapshot snapshot, string table, Scope scope, CancellationToken cancellationToken) =>
        (await snapshot.QueryAsync<long>(
            $"{scope.Before(snapshot.Name)} select count(*) from {table}", scope.Parameters, cancellationToken)).Single();
}
