using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using GoCart.Products.Stock;

namespace GoCart.Products;

/// <summary>Every event the service handles. It answers order.created with stock.reserved or stock.rejected.</summary>
internal static class Subscriptions
{
    public static void Add(MessagingBuilder messaging) => messaging
        .Subscribe<OrderCreated, ReserveStock>("stock.before_commit", "stock.after_commit_before_ack")
        .Subscribe<OrderCancelled, ReleaseStock>("stock.before_commit", "stock.after_commit_before_ack");
}
