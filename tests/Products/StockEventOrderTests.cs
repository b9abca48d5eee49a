using FsCheck;
using FsCheck.Fluent;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;

namespace GoCart.Tests.Products;

/// <summary>Events arrive in any order, any number of times, in batches of any size: what is stored is as if each came once and alone.</summary>
public sealed class StockEventOrderTests(ProductsFixture store) : IClassFixture<ProductsFixture>
{
    private const int Products = 3;
    private const int Orders = 5;

    [Fact]
    public void Any_order_and_repetition_of_events_ends_as_the_rules_say()
    {
        Prop.ForAll(Runs(maxStock: 12).ToArbitrary(), run => EndsLikeTheModelAsync(run).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(60).WithQuietOnSuccess(true));
    }

    [Fact]
    public void With_enough_stock_the_order_of_the_events_makes_no_difference()
    {
        var runs = from run in Runs(maxStock: 0)
                   select run with { Stock = [1000, 1000, 1000] };

        Prop.ForAll(runs.ToArbitrary(), run => KeepsWhatIsOrderedAndNotCancelledAsync(run).GetAwaiter().GetResult())
            .Check(Config.QuickThrowOnFailure.WithMaxTest(40).WithQuietOnSuccess(true));
    }

    private static Gen<Run> Runs(int maxStock) =>
        from stock in Gen.Choose(0, maxStock).ArrayOf(Products)
        from orders in (from items in Gen.Choose(0, 4).ArrayOf(Products)
                        where items.Any(quantity => quantity > 0)
                        select items).ArrayOf(Orders)
        from steps in (from order in Gen.Choose(0, Orders - 1)
                       from isCancel in Gen.Frequency((2, Gen.Constant(false)), (1, Gen.Constant(true)))
                       from endsBatch in Gen.Elements(true, false)
                       select new Step(order, isCancel, endsBatch)).ArrayOf()
        select new Run(stock, orders, steps);

    private async Task<bool> EndsLikeTheModelAsync(Run run)
    {
        var (products, orders) = await PrepareAsync(run);
        var model = new Model(run);
        foreach (var step in run.Steps)
            model.Apply(step);

        await PlayAsync(run.Steps, orders);

        await AssertEndsAsAsync(model.Stock, model.States, products, orders);
        return true;
    }

    private async Task<bool> KeepsWhatIsOrderedAndNotCancelledAsync(Run run)
    {
        var (products, orders) = await PrepareAsync(run);
        var created = run.Steps.Where(step => !step.IsCancel).Select(step => step.Order).ToHashSet();
        var cancelled = run.Steps.Where(step => step.IsCancel).Select(step => step.Order).ToHashSet();

        await PlayAsync(run.Steps, orders);

        var stock = products.Select((_, product) =>
            1000 - created.Except(cancelled).Sum(order => run.Orders[order][product])).ToArray();
        for (var product = 0; product < Products; product++)
            Assert.Equal(stock[product], await store.StockOfAsync(products[product]));
        return true;
    }

    private async Task<(ProductResponse[] Products, OrderCreated[] Orders)> PrepareAsync(Run run)
    {
        var products = new List<ProductResponse>();
        foreach (var units in run.Stock)
            products.Add(await store.CreateProductAsync(stock: units));

        var orders = run.Orders.Select(quantities => StockEvents.Order(
            [.. products.Zip(quantities, (product, quantity) => (product.Id, quantity)).Where(item => item.quantity > 0)]));
        return ([.. products], [.. orders]);
    }

    /// <summary>Neighbours of one kind share a batch until one of them ends it.</summary>
    private async Task PlayAsync(Step[] steps, OrderCreated[] orders)
    {
        var events = new StockEvents(store.ServiceRole);
        var batch = new List<Step>();
        foreach (var step in steps)
        {
            if (batch.Count > 0 && (batch[^1].EndsBatch || batch[^1].IsCancel != step.IsCancel))
                await FlushAsync();
            batch.Add(step);
        }
        await FlushAsync();

        async Task FlushAsync()
        {
            var concerned = batch.Select(step => orders[step.Order]).ToArray();
            if (batch is [{ IsCancel: true }, ..])
                await events.CancelledAsync([.. concerned.Select(StockEvents.Cancel)]);
            else if (batch.Count > 0)
                await events.CreatedAsync(concerned);
            batch.Clear();
        }
    }

    private async Task AssertEndsAsAsync(int[] stock, string?[] states, ProductResponse[] products, OrderCreated[] orders)
    {
        for (var order = 0; order < Orders; order++)
            Assert.Equal(states[order], await store.StateOfAsync(orders[order].OrderId));

        for (var product = 0; product < Products; product++)
        {
            Assert.Equal(stock[product], await store.StockOfAsync(products[product]));
            Assert.Equal(stock[product], (await store.LedgerOfAsync(products[product])).Sum(entry => int.Parse(entry.Split(' ')[1], null)));
        }
    }

    /// <param name="Orders">The quantity of each product, for each order.</param>
    private sealed record Run(int[] Stock, int[][] Orders, Step[] Steps)
    {
        public override string ToString() =>
            $"stock {string.Join(',', Stock)}; orders {string.Join(' ', Orders.Select(order => string.Join(',', order)))}; "
            + string.Join(' ', Steps.Select(step => $"{(step.IsCancel ? "cancel" : "create")}{step.Order}{(step.EndsBatch ? "." : "")}"));
    }

    private sealed record Step(int Order, bool IsCancel, bool EndsBatch);

    /// <summary>The rules once more, as simply as they can be said.</summary>
    private sealed class Model(Run run)
    {
        public int[] Stock { get; } = [.. run.Stock];

        public string?[] States { get; } = new string?[Orders];

        public void Apply(Step step)
        {
            var items = run.Orders[step.Order];
            switch (States[step.Order], step.IsCancel)
            {
                case (null, true):
                    States[step.Order] = "void";
                    break;
                case (null, false):
                    var isEnough = items.Zip(Stock).All(item => item.First <= item.Second);
                    States[step.Order] = isEnough ? "reserved" : "rejected";
                    if (isEnough)
                        Add(items, -1);
                    break;
                case ("reserved", true):
                    States[step.Order] = "released";
                    Add(items, +1);
                    break;
            }
        }

        private void Add(int[] items, int sign)
        {
            for (var product = 0; product < Products; product++)
                Stock[product] += sign * items[product];
        }
    }
}
