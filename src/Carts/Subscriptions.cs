using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;

namespace GoCart.Carts;

/// <summary>Every event the service handles; it sends none.</summary>
internal static class Subscriptions
{
    public static void Add(MessagingBuilder messaging) =>
        messaging.Subscribe<OrderCreated, RemoveOrdered>(afterCommit: "cart.clear_after_commit");
}
