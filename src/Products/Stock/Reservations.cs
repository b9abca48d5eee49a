using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;

namespace GoCart.Products.Stock;

/// <summary>The rule of reserving, without the database: who comes first is served first, all or nothing.</summary>
internal static class Reservations
{
    /// <summary>Decides the orders one after another; each sees what the ones before it have left.</summary>
    /// <param name="orders">In the order they arrived, no order twice, no product twice in an order.</param>
    /// <param name="stock">Units by product; products that may not be sold are left out.</param>
    public static List<Reservation> Decide(IEnumerable<OrderCreated> orders, IReadOnlyDictionary<Guid, int> stock)
    {
        var left = new Dictionary<Guid, int>(stock);
        var reservations = new List<Reservation>();
        foreach (var order in orders)
        {
            var shortages = order.Items
                .Select(item => new StockShortage(item.ProductId, item.Quantity, left.GetValueOrDefault(item.ProductId)))
                .Where(item => item.Available < item.Requested)
                .ToList();
            reservations.Add(new(order.OrderId, order.Items, shortages));

            if (shortages.Count == 0)
            {
                foreach (var item in order.Items)
                    left[item.ProductId] -= item.Quantity;
            }
        }
        return reservations;
    }
}

/// <param name="Shortages">Empty if all items are reserved; otherwise none is.</param>
internal sealed record Reservation(Guid OrderId, IReadOnlyList<OrderedItem> Items, IReadOnlyList<StockShortage> Shortages)
{
    public bool IsReserved => Shortages.Count == 0;
}
