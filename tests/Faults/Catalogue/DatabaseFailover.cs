using GoCart.Faults.Load;
using GoCart.Faults.Store;

namespace GoCart.Faults.Catalogue;

/// <summary>
/// The primary of the databases dies for good, and after a while its synchronous standby is promoted. Every order that was
/// accepted is there, since it was on both; as after every fault, what customers were told is held against that.
/// </summary>
internal sealed class DatabaseFailover : Fault
{
    public override string Name => "database-failover";

    public override IReadOnlyList<Route> Suffers => Routes.All;

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(3);

    public override ServerSet Servers => ServerSet.DatabasePair;

    public override string? WhyNot(FaultStore store) =>
        store.Servers.AreInstalled ? null : "a standby is not made of containers";

    public override Task InjectAsync(Scene scene) => scene.Store.Servers.Pair.KillPrimaryAsync(scene.Cancelled);

    public override Task HealAsync(Scene scene) => scene.Store.Servers.Pair.PromoteAsync();
}
