using FsCheck;
using FsCheck.Fluent;
using GoCart.Carts;
using GoCart.Contracts.Orders;

namespace GoCart.Tests.Carts;

public sealed class CartRulesTests
{
    [Theory]
    [InlineData(0, 0, 1, 1, Refusal.None)]
    [InlineData(0, 0, 2, 1, Refusal.InsufficientStock)]
    [InlineData(1, 3, 2, 5, Refusal.None)]
    [InlineData(1, 3, 3, 5, Refusal.InsufficientStock)]
    [InlineData(1, 998, 1, 2000, Refusal.None)]
    [InlineData(1, 999, 1, 2000, Refusal.CartLimit)]
    [InlineData(1, 999, 999, 2000, Refusal.CartLimit)]
    [InlineData(99, 0, 1, 1, Refusal.None)]
    [InlineData(100, 0, 1, 1, Refusal.CartLimit)]
    [InlineData(100, 1, 1, 2, Refusal.None)]
    public void A_cart_takes_100_products_999_of_each_and_no_more_than_there_are(
        int items, int quantity, int added, int stock, object expected) =>
        Assert.Equal(expected, CartRules.Add(items, quantity, added, stock));

    [Theory]
    [InlineData(2, 2, 0)]
    [InlineData(5, 2, 3)]
    [InlineData(1, 2, 0)]
    [InlineData(5, 0, 5)]
    public void What_was_added_to_an_item_after_it_was_ordered_stays(int quantity, int ordered, int remains) =>
        Assert.Equal(remains, CartRules.RemainsAfterOrder(quantity, createdVersion: 4, ordered, orderedVersion: 4));

    [Fact]
    public void An_item_put_in_after_checkout_began_stays_whole() =>
        Assert.Equal(2, CartRules.RemainsAfterOrder(2, createdVersion: 5, ordered: 2, orderedVersion: 4));

    [Fact]
    public void The_dearest_cart_there_can_be_has_a_total()
    {
        var line = CartRules.LineTotal(CartRules.MaxQuantity, 1_000_000_000);

        Assert.Equal(99_900_000_000_000, checked(line * CartRules.MaxItems));
        Assert.Throws<OverflowException>(() => CartRules.LineTotal(CartRules.MaxQuantity, long.MaxValue / 2));
    }

    [Fact]
    public void Whatever_the_order_of_additions_removals_and_news_of_orders_a_cart_ends_with_what_was_added_since()
    {
        var steps = Gen.ArrayOf(Gen.OneOf(
            from product in Gen.Choose(0, 3) from quantity in Gen.Choose(1, 9) select (Step)new Add(product, quantity),
            from product in Gen.Choose(0, 3) select (Step)new Remove(product),
            Gen.Constant((Step)new Checkout()),
            from order in Gen.Choose(0, 9) select (Step)new NewsOf(order)));

        Prop.ForAll(steps.ToArbitrary(), Holds).Check(Config.QuickThrowOnFailure.WithMaxTest(2000));

        static bool Holds(Step[] sequence)
        {
            var cart = new ModelCart();
            foreach (var step in sequence)
                step.Do(cart);
            // At last the news of every order arrives, newest first, all of it once more.
            for (var order = cart.Orders.Count; order-- > 0;)
                cart.Hear(cart.Orders[order]);

            return cart.Quantities.OrderBy(item => item.Key).SequenceEqual(cart.AddedSince.OrderBy(item => item.Key));
        }
    }

    private abstract record Step
    {
        public abstract void Do(ModelCart cart);
    }

    private sealed record Add(int Product, int Quantity) : Step
    {
        public override void Do(ModelCart cart) => cart.Add(Product, Quantity);
    }

    private sealed record Remove(int Product) : Step
    {
        public override void Do(ModelCart cart) => cart.Remove(Product);
    }

    private sealed record Checkout : Step
    {
        public override void Do(ModelCart cart) => cart.CheckOut();
    }

    private sealed record NewsOf(int Order) : Step
    {
        public override void Do(ModelCart cart)
        {
            if (Order < cart.Orders.Count)
                cart.Hear(cart.Orders[Order]);
        }
    }

    /// <summary>The rows of a cart as the service would keep them, and beside them what the customer expects.</summary>
    private sealed class ModelCart
    {
        private static readonly Guid Id = Guid.NewGuid();
        private static readonly Guid[] Products = [Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid(), Guid.NewGuid()];

        private readonly Dictionary<Guid, RemoveOrdered.Item> _items = [];
        private readonly HashSet<long> _heard = [];
        private long _version;

        public List<RemoveOrdered.OrderedCart> Orders { get; } = [];

        /// <summary>What the customer expects to find: added, neither removed nor ordered since.</summary>
        public Dictionary<Guid, int> AddedSince { get; } = [];

        public IEnumerable<KeyValuePair<Guid, int>> Quantities =>
            _items.Values.Select(item => KeyValuePair.Create(item.ProductId, item.Quantity));

        public void Add(int product, int quantity)
        {
            _version++;
            var id = Products[product];
            var item = _items.GetValueOrDefault(id) ?? new(Guid.NewGuid(), Id, id, 0, _version);
            _items[id] = item with { Quantity = item.Quantity + quantity };
            AddedSince[id] = AddedSince.GetValueOrDefault(id) + quantity;
        }

        public void Remove(int product)
        {
            _version++;
            _items.Remove(Products[product]);
            AddedSince.Remove(Products[product]);
        }

        /// <summary>As orders does it: the order before this one is out of the cart before the cart is ordered again.</summary>
        public void CheckOut()
        {
            if (Orders is [.., var last])
                Hear(last);
            if (_items.Count == 0)
                return;

            OrderedItem[] ordered = [.. _items.Values.Select(item => new OrderedItem(item.ProductId, item.Quantity))];
            Orders.Add(new(Guid.NewGuid(), Id, _version, Guid.NewGuid(), ordered));
            AddedSince.Clear();
        }

        public void Hear(RemoveOrdered.OrderedCart order)
        {
            if (!_heard.Add(order.CartVersion))
                return;

            _version++;
            foreach (var item in _items.Values.ToList())
            {
                var remains = RemoveOrdered.RemainsOf(item, [order]);
                if (remains == 0)
                    _items.Remove(item.ProductId);
                else
                    _items[item.ProductId] = item with { Quantity = remains };
            }
        }
    }
}
