using Dapper;
using GoCart.Faults.Load;
using GoCart.Faults.Store;

namespace GoCart.Faults.Checks;

/// <summary>I6: the orders clients were told of are the orders there are; none is missing, none is there that nobody knows of.</summary>
internal static class OrderChecks
{
    private const int Most = 10;

    public static async Task<IReadOnlyList<BrokenPromise>> FindAsync(
        FaultStore store, ClientLog log, CancellationToken cancellationToken)
    {
        await using var orders = await store.ConnectAsync("orders", cancellationToken);
        var stored = (await orders.QueryAsync<StoredOrder>("select id, user_id, total_cents from orders"))
            .ToDictionary(order => order.Id);

        var told = log.Orders;
        var missing = told.Values.Where(order => !stored.ContainsKey(order.Id))
            .Select(order => $"a client was told of order {order.Id} (key {order.Key}), which does not exist");
        var different = told.Values.Where(order => stored.TryGetValue(order.Id, out var row)
                && (row.TotalCents != order.TotalCents || row.UserId != order.UserId))
            .Select(order => $"a client was told of order {order.Id} with {order.TotalCents} cents; it has {stored[order.Id].TotalCents}");
        var unknown = stored.Values.Where(order => !told.ContainsKey(order.Id))
            .Select(order => $"order {order.Id} exists, and its customer {order.UserId} asked until the answer was clear and was not told of it");

        return [.. missing.Concat(different).Concat(unknown).Take(Most).Select(detail => new BrokenPromise("I6", detail))];
    }

    private sealed record StoredOrder(Guid Id, Guid UserId, long TotalCents);
}
