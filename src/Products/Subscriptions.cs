using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Products.Stock;

namespace GoCart.Products;

/// <summary>
/// Every event the service sends, with those who handle it, and every event it handles. It answers order.created with
/// stock.reserved or stock.rejected.
/// </summary>
internal static class Subscriptions
{
    public static void Add(MessagingBuilder messaging) => messaging
        .Publish<StockReserved>("orders")
        .Publish<StockRejected>("orders")
        .Subscribe<OrderCreated, ReserveStock>("stock.before_commit", "stock.after_commit_before_ack")
        .Subscribe<OrderCancelled, ReleaseStock>("stock.before_commit", "stock.after_commit_before_ack");
}
