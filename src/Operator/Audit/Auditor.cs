namespace GoCart.Operator.Audit;

/// <summary>Proves the invariants of the store from its databases, reading only, while it is used.</summary>
/// <remarks>
/// Each database is read as of one moment, and these moments have an order: carts, orders, products. A fact travels the other
/// way round at times (orders learns from products that stock is reserved), and then the side that is read later has it for
/// certain; what else two moments leave open is looked up once more.
/// </remarks>
public static class Auditor
{
    /// <summary>Clocks of services and database may differ that much, and old records are removed a little at a time.</summary>
    private static readonly TimeSpan Margin = TimeSpan.FromHours(1);

    /// <param name="settled">Also demands that nothing is under way any more (I7).</param>
    /// <exception cref="OperatorException">A database cannot be read.</exception>
    public static async Task<AuditReport> RunAsync(
        OperatorSettings settings, bool settled, TimeProvider clock, CancellationToken cancellationToken)
    {
        var keptSince = clock.GetUtcNow() - TimeSpan.FromDays(settings.RetentionDays) + Margin;
        Task<Snapshot> TakeAsync(string name) => Snapshot.TakeAsync(name, settings.Database(name), cancellationToken);

        await using var users = await TakeAsync("users");
        await using var carts = await TakeAsync("carts");
        await using var orders = await TakeAsync("orders");
        await using var products = await TakeAsync("products");

        List<(Snapshot Snapshot, Check Check)> checks =
        [
            .. OtherChecks.Users.Select(check => (users, check)),
            .. OtherChecks.Carts.Select(check => (carts, check)),
            .. OrderChecks.All.Select(check => (orders, check)),
            .. ProductChecks.All.Select(check => (products, check)),
        ];
        if (settled)
        {
            checks.AddRange(SettledChecks.Others.SelectMany(check => new[] { (carts, check), (products, check) }));
            checks.AddRange(SettledChecks.Orders.Select(check => (orders, check)));
        }

        var violations = new List<Violation>();
        foreach (var (snapshot, check) in checks)
            violations.AddRange(await check.RunAsync(snapshot, keptSince, cancellationToken));

        violations.AddRange(await CartCheck.RunAsync(carts, orders, settled, cancellationToken));
        if (settled && settings.Broker is not null)
            violations.AddRange(await QueueCheck.RunAsync(settings, cancellationToken));

        var stock = new StockCheck(orders, products);
        violations.AddRange(await stock.RunAsync(() => TakeAsync("orders"), cancellationToken));

        return new(
            new Dictionary<string, long>
            {
                ["products"] = await CountAsync(products, "products", cancellationToken),
                ["orders"] = stock.Count,
                ["carts"] = await CountAsync(carts, "carts", cancellationToken),
                ["sessions"] = await CountAsync(users, "sessions", cancellationToken),
            },
            [.. violations.OrderBy(violation => violation.Invariant.Length).ThenBy(violation => violation.Invariant, StringComparer.Ordinal)]);
    }

    private static async Task<long> CountAsync(Snapshot snapshot, string table, CancellationToken cancellationToken) =>
        (await snapshot.QueryAsync<long>($"select count(*) from {table}", null, cancellationToken)).Single();
}
