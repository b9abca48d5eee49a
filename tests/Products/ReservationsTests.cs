using FsCheck;
using FsCheck.Fluent;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Products.Stock;

namespace GoCart.Tests.Products;

public sealed class ReservationsTests
{
    private static readonly Guid Mug = Guid.Parse("00000000-0000-7000-8000-000000000001");
    private static readonly Guid Cap = Guid.Parse("00000000-0000-7000-8000-000000000002");

    [Fact]
    public void Each_order_sees_what_the_orders_before_it_have_left()
    {
        var orders = new[] { Order((Mug, 3)), Order((Mug, 3)), Order((Mug, 1)) };

        var reservations = Reservations.Decide(orders, Stock((Mug, 4)));

        Assert.Equal([true, false, true], reservations.Select(reservation => reservation.IsReserved));
        Assert.Equal([new(Mug, Requested: 3, Available: 1)], reservations[1].Shortages);
    }

    [Fact]
    public void An_order_that_is_short_of_one_item_leaves_the_others_to_the_next()
    {
        var orders = new[] { Order((Mug, 2), (Cap, 2)), Order((Mug, 2)) };

        var reservations = Reservations.Decide(orders, Stock((Mug, 2), (Cap, 1)));

        Assert.Equal([false, true], reservations.Select(reservation => reservation.IsReserved));
        Assert.Equal([new(Cap, Requested: 2, Available: 1)], reservations[0].Shortages);
    }

    [Fact]
    public void A_product_that_is_not_sold_has_nothing_available()
    {
        var reservation = Assert.Single(Reservations.Decide([Order((Mug, 1))], Stock()));

        Assert.Equal([new(Mug, Requested: 1, Available: 0)], reservation.Shortages);
    }

    [Fact]
    public void Every_reserved_order_was_in_stock_and_every_rejected_one_was_short()
    {
        var runs = from stock in Gen.Choose(0, 20).ArrayOf(4)
                   from orders in (from items in Gen.Choose(0, 8).ArrayOf(4)
                                   where items.Any(quantity => quantity > 0)
                                   select items).ListOf()
                   select (stock, orders: orders.ToArray());

        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            var ids = Enumerable.Range(1, 4).Select(n => Guid.Parse($"00000000-0000-7000-8000-{n:x12}")).ToArray();
            var left = (int[])run.stock.Clone();

            var reservations = Reservations.Decide(
                run.orders.Select(order => Order([.. ids.Zip(order).Where(item => item.Second > 0)])),
                ids.Zip(run.stock).ToDictionary(level => level.First, level => level.Second));

            foreach (var (order, reservation) in run.orders.Zip(reservations))
            {
                var expected = Enumerable.Range(0, 4)
                    .Where(n => order[n] > left[n])
                    .Select(n => new StockShortage(ids[n], order[n], left[n]));
                if (!reservation.Shortages.SequenceEqual(expected))
                    return false;
                if (reservation.IsReserved)
                    left = [.. left.Zip(order, (units, taken) => units - taken)];
            }
            return reservations.Count == run.orders.Length && left.All(units => units >= 0);
        }).Check(Config.QuickThrowOnFailure.WithMaxTest(1000).WithQuietOnSuccess(true));
    }

    private static OrderCreated Order(params (Guid ProductId, int Quantity)[] items) => StockEvents.Order(items);

    private static Dictionary<Guid, int> Stock(params (Guid ProductId, int Units)[] levels) =>
        levels.ToDictionary(level => level.ProductId, level => level.Units);
}
