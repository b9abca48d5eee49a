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

        () => new StoppedDatabase(),
        () => new KilledDatabase(),
        () => new FrozenDatabase(),
        () => new SlowDatabase(),
        () => new KilledConnections(),

        () => new KilledBroker(),
        () => new FrozenBroker(),
        () => new HalfOpenBroker(),
        () => new BrokerDiskAlarm(),
        () => new BrokerMemoryAlarm(),
    ];
}
