using GoCart.Bench.Load;
using GoCart.Bench.Store;

namespace GoCart.Bench.Scenarios;

/// <summary>Each connection is a customer: three products into the cart, then an order, which counts when its stock is reserved.</summary>
internal sealed class SessionWork : IWork
{
    private const int Products = 60, Choices = 2_000;

    private readonly byte[][][] _adds;
    private readonly byte[][] _orders;
    private readonly int[] _step;
    private int _product;

    /// <summary>All look at the same sixty products.</summary>
    public SessionWork(Assortment assortment, IReadOnlyList<int> customers)
        : this(assortment, customers, [.. Enumerable.Range(0, Products).Select(product => assortment.ProductId(product * 17))])
    {
    }

    public SessionWork(Assortment assortment, IReadOnlyList<int> customers, IReadOnlyList<Guid> products, Popularity popularity)
        : this(assortment, customers, Choose(products, popularity))
    {
    }

    private SessionWork(Assortment assortment, IReadOnlyList<int> customers, IReadOnlyList<Guid> products)
    {
        _adds = [.. customers.Select(customer => products.Select(product => Requests.Post(
            "/api/cart/items", assortment.TokenOf(customer), $$"""{"product_id":"{{product}}","quantity":1}""")).ToArray())];
        _orders = [.. customers.Select(customer => Requests.Post(
            "/api/orders", assortment.TokenOf(customer), body: null, "Prefer: wait=10"))];
        _step = new int[customers.Count];
    }

    public ReadOnlyMemory<byte> Next(int connection) => _step[connection]++ < OrderWork.Items
        ? _adds[connection][_product++ % _adds[connection].Length]
        : _orders[connection];

    public Outcome Answered(int connection, int status, ReadOnlySpan<byte> answer)
    {
        var isOrder = _step[connection] > OrderWork.Items;
        if (isOrder)
            _step[connection] = 0;
        if (status != 201 || (isOrder && answer.IndexOf("\"stock_state\":\"reserved\""u8) < 0))
            return Outcome.Wrong;
        return isOrder ? Outcome.Counted : Outcome.Step;
    }

    private static Guid[] Choose(IReadOnlyList<Guid> products, Popularity popularity)
    {
        var random = new Random(17);
        return [.. Enumerable.Range(0, Choices).Select(_ => products[popularity.Choose(random)])];
    }
}
