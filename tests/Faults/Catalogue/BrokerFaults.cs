using Dapper;
using GoCart.Faults.Store;

namespace GoCart.Faults.Catalogue;

/// <summary>
/// What all faults of RabbitMQ have in common: no customer notices any, and orders go on being accepted. Recovery is when the
/// events flow again.
/// </summary>
internal abstract class BrokerFault : Fault
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(10);

    /// <summary>When an order placed since has its stock: both relays and both consumers are at work again.</summary>
    public override async Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit)
    {
        var healed = DateTimeOffset.UtcNow;
        var started = scene.Log.Now;
        await using var orders = await scene.Store.ConnectAsync("orders", scene.Cancelled);
        while (scene.Log.Now - started < limit)
        {
            if (await orders.ExecuteScalarAsync<bool>(
                "select exists (select from orders where created_at > @healed and stock_state <> 'awaiting')", new { healed }))
                return scene.Log.Now;

            await Task.Delay(Pause, scene.Cancelled);
        }

        return null;
    }
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
        foreach (var line in scene.Store.Lines.To(Lines.Broker)) line.Abandon();
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
