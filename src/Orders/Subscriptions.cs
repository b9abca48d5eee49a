using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Products;

namespace GoCart.Orders;

/// <summary>Every event the service handles.</summary>
internal static class Subscriptions
{
    public static void Add(MessagingBuilder messaging) => messaging
        .Subscribe<StockReserved, ConfirmStock>(afterCommit: "reply.after_commit")
        .Subscribe<StockRejected, RejectOrder>(afterCommit: "reply.after_commit");
}
