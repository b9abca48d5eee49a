using GoCart.Faults.Catalogue;

namespace GoCart.Faults;

/// <summary>Every fault, made anew for each round. Written by hand: this is the table of contents.</summary>
internal static class FaultCatalogue
{
    public static IReadOnlyList<Func<Fault>> All { get; } =
    [
        () => new KilledService("gateway"),
        () => new KilledService("users"),
        () => new KilledService("products"),
        () => new KilledService("carts"),
        () => new KilledService("orders"),
        () => new FrozenService("products"),
        () => new ConsumerCrashLoop(),
        () => new EverythingKilled(),
        () => new RollingRestart(),
        () => new KeysAway(),

        () => new FailpointFault("orders", "order.before_commit"),
        () => new FailpointFault("orders", "order.after_commit"),
        () => new FailpointFault("orders", "relay.after_publish"),
        () => new FailpointFault("products", "relay.after_confirm"),
        () => new FailpointFault("products", "stock.before_commit"),
        () => new FailpointFault("products", "stock.after_commit_before_ack"),
        () => new FailpointFault("orders", "reply.after_commit"),
        () => new FailpointFault("orders", "cancel.after_commit"),
        () => new FailpointFault("carts", "cart.clear_after_commit"),
        () => new LostRefresh(),

        BadLineToProducts.Slow,
        BadLineToProducts.Dribbling,
        BadLineToProducts.Resetting,
        BadLineToProducts.Silent,

        () => new StoppedDatabase(),
        () => new KilledDatabase(),
        () => new FrozenDatabase(),
        () => new SlowDatabase(),
        () => new KilledConnections(),
        () => new ConnectionsExhausted(),
        () => new HotProductLocked(),
        () => new DiskFull(),

        () => new KilledBroker(),
        () => new StoppedBroker(),
        () => new FrozenBroker(),
        () => new HalfOpenBroker(),
        () => new BrokerDiskAlarm(),
        () => new BrokerMemoryAlarm(),

        () => new KilledLeader(),
        () => new IsolatedLeader(),
        () => new BrokerMinority(),
        () => new DatabaseFailover(),

        () => new RepeatedEvents(),
        () => new CancelledBeforeCreated(),
        () => new ShuffledReplies(),
        () => new PoisonMessages(),

        () => new CreateCancelCancel(),
        () => new ThousandBuyers(),
        () => new CrossedCarts(),
        () => new RefreshRace(),
        () => new ProductsChanged(),
    ];
}
