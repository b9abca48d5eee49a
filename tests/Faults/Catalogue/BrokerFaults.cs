using GoCart.Faults.Load;
using GoCart.Faults.Store;

namespace GoCart.Faults.Catalogue;

/// <summary>
/// What all faults of RabbitMQ have in common: no customer notices any, and orders go on being accepted. Recovery is when the
/// events flow again.
/// </summary>
internal abstract class BrokerFault : Fault
{
    public override TimeSpan? Recovery => TimeSpan.FromSeconds(10);

    public override string? Part => Lines.Broker;

    public override Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit) =>
        EventFlow.WaitUntilBackAsync(scene, limit);
}

/// <summary>kill -9 of the broker while orders are placed.</summary>
internal sealed class KilledBroker : BrokerFault
{
    public override string Name => "broker-killed";

    public override Task InjectAsync(Scene scene) => scene.Store.Broker.KillAsync();

    public override Task HealAsync(Scene scene) => scene.Store.Broker.StartAsync(scene.Cancelled);
}

/// <summary>SIGSTOP: publishing never returns, without an error.</summary>
internal sealed class FrozenBroker : BrokerFault
{
    public override string Name => "broker-frozen";

    public override Length Length => Length.Seconds(20, 20);

    public override Task InjectAsync(Scene scene)
    {
        scene.Store.Broker.Freeze();
        return Task.CompletedTask;
    }

    public override Task HealAsync(Scene scene)
    {
        scene.Store.Broker.Thaw();
        return Task.CompletedTask;
    }
}

/// <summary>The other ends of all connections to the broker are gone, and nobody said so; new connections work.</summary>
internal sealed class HalfOpenBroker : BrokerFault
{
    public override string Name => "broker-half-open";

    public override Length Length => default;

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(25);

    public override Task InjectAsync(Scene scene)
    {
        foreach (var line in scene.Store.Lines.To(Lines.Broker))
            line.Abandon();
        return Task.CompletedTask;
    }

    /// <summary>There is nothing to heal: the services have to find out.</summary>
    public override Task HealAsync(Scene scene) => Task.CompletedTask;
}

/// <summary>The broker lets nobody publish, because its disk is nearly full, as it believes.</summary>
internal sealed class BrokerDiskAlarm : BrokerFault
{
    public override string Name => "broker-disk-alarm";

    public override Task InjectAsync(Scene scene) => scene.Store.Broker.ControlAsync("set_disk_free_limit", "10000GB");

    public override Task HealAsync(Scene scene) => scene.Store.Broker.ControlAsync("set_disk_free_limit", "256MB");
}

/// <summary>The broker lets nobody publish, because it has used up its memory, as it believes.</summary>
internal sealed class BrokerMemoryAlarm : BrokerFault
{
    public override string Name => "broker-memory-alarm";

    public override Task InjectAsync(Scene scene) => scene.Store.Broker.ControlAsync("set_vm_memory_high_watermark", "0.000001");

    public override Task HealAsync(Scene scene) => scene.Store.Broker.ControlAsync("set_vm_memory_high_watermark", "0.4");
}

/// <summary>The broker is away for long, while a thousand orders are placed: their events are sent when it is back.</summary>
internal sealed class StoppedBroker : BrokerFault
{
    private const int Orders = 1000;

    public override string Name => "broker-stopped";

    /// <summary>A thousand orders are placed meanwhile.</summary>
    public override string? Part => null;

    public override Length Length => default;

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(15);

    public override async Task InjectAsync(Scene scene)
    {
        await scene.Store.Broker.ControlAsync("stop_app");
        await Burst.PlaceOrdersAsync(scene.Shop, Orders, scene.Cancelled);
    }

    public override Task HealAsync(Scene scene) => scene.Store.Broker.ControlAsync("start_app");

    /// <summary>When the broker has confirmed everything that had waited for it.</summary>
    public override Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit) => EventFlow.WaitForAsync(
        scene, limit, "select not exists (select from outbox where sent_at is null and occurred_at < @since)",
        new { since = TimeProvider.System.GetUtcNow() });
}
