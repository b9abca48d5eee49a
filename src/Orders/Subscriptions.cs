using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;

namespace GoCart.Orders;

/// <summary>Every event the service sends, with those who handle it, and every event it handles.</summary>
internal static class Subscriptions
{
    public static void Add(MessagingBuilder messaging) => messaging
        .Publish<OrderCreated>("products", "carts")
        .Publish<OrderCancelled>("products")
        .Subscribe<StockReserved, ConfirmStock>(afterCommit: "reply.after_commit")
        .Subscribe<StockRejected, RejectOrder>(afterCommit: "reply.after_commit");
}
