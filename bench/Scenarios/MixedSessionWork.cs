using System.Buffers.Text;
using GoCart.Bench.Load;
using GoCart.Bench.Store;

namespace GoCart.Bench.Scenarios;

/// <summary>
/// Of a hundred turns, 90 are shopping sessions, 7 change the price of a product and 3 delete one and put another in its
/// place: on the same products, at the same time.
/// </summary>
/// <remarks>What was deleted after it was put into a cart is refused when it is ordered; that cart is emptied, and does not count.</remarks>
internal sealed class MixedSessionWork(Assortment assortment, IReadOnlyList<int> customers, string admin, Popularity popularity, Guid[] products) : IWork
{
    private const int PriceChanges = 7, Replacements = 3;

    private readonly Random _random = new(17);
    private readonly bool[] _isReplaced = new bool[products.Length];
    private readonly Turn[] _turns = [.. customers.Select(_ => new Turn())];

    /// <summary>All but those which were to be replaced when the load ended.</summary>
    public Guid[] OnSale => [.. products.Where((_, number) => !_isReplaced[number])];

    private enum Step
    {
        Add,
        Order,
        Empty,
        ChangePrice,
        Delete,
        Create,
    }

    public ReadOnlyMemory<byte> Next(int connection)
    {
        var turn = _turns[connection];
        if (turn.IsOver)
            Begin(turn);
        var token = assortment.TokenOf(customers[connection]);
        return turn.Step switch
        {
            Step.Add => Requests.Post("/api/cart/items", token, $$"""{"product_id":"{{products[turn.Product = Choose()]}}","quantity":1}"""),
            Step.Order => Requests.Post("/api/orders", token, body: null, "Prefer: wait=10"),
            Step.Empty => Requests.Delete("/api/cart", token),
            Step.ChangePrice => Requests.Patch(
                $"/admin/products/{products[turn.Product]}", admin, $$"""{"price_cents":{{_random.Next(100, 10_000)}}}"""),
            Step.Delete => Requests.Delete($"/admin/products/{products[turn.Product]}", admin),
            _ => Requests.Post("/admin/products", admin, """{"name":"Another product","price_cents":1999,"stock":1000000}"""),
        };
    }

    public Outcome Answered(int connection, int status, ReadOnlySpan<byte> answer)
    {
        var turn = _turns[connection];
        switch (turn.Step, status)
        {
            // Deleted after it was chosen: another is.
            case (Step.Add, 404):
                return Outcome.Step;
            case (Step.Add, 201):
                turn.Step = ++turn.Items == OrderWork.Items ? Step.Order : Step.Add;
                return Outcome.Step;
            case (Step.Order, 201) when answer.IndexOf("\"stock_state\":\"reserved\""u8) > 0:
                turn.IsOver = true;
                return Outcome.Counted;
            // Deleted since it was put into the cart: by the time of the order, or of its stock.
            case (Step.Order, 409) when answer.IndexOf("\"code\":\"product_unavailable\""u8) > 0:
                turn.Step = Step.Empty;
                return Outcome.Step;
            case (Step.Order, 201) when answer.IndexOf("\"stock_state\":\"rejected\""u8) > 0:
            case (Step.Empty, 204):
            case (Step.ChangePrice, 200 or 404):
                turn.IsOver = true;
                return Outcome.Step;
            case (Step.Delete, 204):
                turn.Step = Step.Create;
                return Outcome.Step;
            case (Step.Create, 201):
                products[turn.Product] = IdIn(answer);
                _isReplaced[turn.Product] = false;
                turn.IsOver = true;
                return Outcome.Step;
            default:
                return Outcome.Wrong;
        }
    }

    private void Begin(Turn turn)
    {
        (turn.IsOver, turn.Items) = (false, 0);
        var roll = _random.Next(100);
        turn.Step = roll < PriceChanges ? Step.ChangePrice : roll < PriceChanges + Replacements ? Step.Delete : Step.Add;
        if (turn.Step is Step.ChangePrice or Step.Delete)
            turn.Product = Choose();
        if (turn.Step is Step.Delete)
            _isReplaced[turn.Product] = true;
    }

    private int Choose()
    {
        while (true)
        {
            var product = popularity.Choose(_random);
            if (!_isReplaced[product])
                return product;
        }
    }

    private static Guid IdIn(ReadOnlySpan<byte> answer)
    {
        var name = "\"id\":\""u8;
        return Utf8Parser.TryParse(answer[(answer.IndexOf(name) + name.Length)..], out Guid id, out _)
            ? id
            : throw new InvalidOperationException("The product that was created has no id.");
    }

    private sealed class Turn
    {
        public bool IsOver { get; set; } = true;

        public Step Step { get; set; }

        public int Items { get; set; }

        public int Product { get; set; }
    }
}
