using System.Collections.Concurrent;
using System.Diagnostics;

namespace GoCart.Faults.Load;

/// <summary>An order as a client was told of it.</summary>
internal sealed record ToldOrder(Guid Id, Guid UserId, long TotalCents, string? Key);

/// <summary>Everything the clients of a run saw: what the store answers for in the end.</summary>
internal sealed class ClientLog
{
    private readonly long _started = Stopwatch.GetTimestamp();
    private readonly ConcurrentQueue<Exchange> _exchanges = new();
    private readonly ConcurrentDictionary<Guid, ToldOrder> _orders = new();
    private readonly ConcurrentQueue<BrokenPromise> _broken = new();

    /// <summary>Since the start of the run.</summary>
    public TimeSpan Now => Stopwatch.GetElapsedTime(_started);

    public IReadOnlyList<Exchange> Exchanges => [.. _exchanges];

    public IReadOnlyDictionary<Guid, ToldOrder> Orders => _orders;

    /// <summary>Promises a client saw broken with its own eyes.</summary>
    public IReadOnlyList<BrokenPromise> Broken => [.. _broken];

    public void Add(Exchange exchange) => _exchanges.Enqueue(exchange);

    public void Add(BrokenPromise broken) => _broken.Enqueue(broken);

    public void Add(ToldOrder order)
    {
        var first = _orders.GetOrAdd(order.Id, order);
        if (first.UserId != order.UserId || first.TotalCents != order.TotalCents)
        {
            Add(new BrokenPromise(
                "I6", $"order {order.Id} was told of with {first.TotalCents} cents, and later with {order.TotalCents}"));
        }
    }

    /// <summary>Of a round that has been looked at nothing needs to be kept but the orders.</summary>
    public void ForgetExchanges() => _exchanges.Clear();

    /// <summary>The exchanges that were under way at some moment from one time to another.</summary>
    public IEnumerable<Exchange> Between(TimeSpan from, TimeSpan to) =>
        _exchanges.Where(exchange => exchange.Answered >= from && exchange.Sent <= to);
}
