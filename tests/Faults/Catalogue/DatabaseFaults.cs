using Dapper;
using GoCart.Faults.Load;
using GoCart.Faults.Store;

namespace GoCart.Faults.Catalogue;

/// <summary>What all faults of PostgreSQL have in common: every route suffers, and works again at once.</summary>
internal abstract class DatabaseFault : Fault
{
    public override IReadOnlyList<Route> Suffers => Routes.All;

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(3);

    public override string? Part => Lines.Database;
}

/// <summary>As pg_ctl stop -m immediate, and a start after a while.</summary>
internal sealed class StoppedDatabase : DatabaseFault
{
    public override string Name => "database-stopped-at-once";

    public override async Task InjectAsync(Scene scene)
    {
        scene.Store.Database.Abort();
        await scene.Store.Database.WaitForEndAsync();
    }

    public override Task HealAsync(Scene scene) => scene.Store.Database.StartAsync(scene.Cancelled);
}

/// <summary>kill -9 of the postmaster.</summary>
internal sealed class KilledDatabase : DatabaseFault
{
    public override string Name => "database-killed";

    public override Task InjectAsync(Scene scene) => scene.Store.Database.KillAsync();

    public override Task HealAsync(Scene scene) => scene.Store.Database.StartAsync(scene.Cancelled);
}

/// <summary>SIGSTOP of all its processes: connections stay, and nothing is answered.</summary>
internal sealed class FrozenDatabase : DatabaseFault
{
    public override string Name => "database-frozen";

    public override Length Length => Length.Seconds(15, 15);

    public override Task InjectAsync(Scene scene)
    {
        scene.Store.Database.Freeze();
        return Task.CompletedTask;
    }

    public override Task HealAsync(Scene scene)
    {
        scene.Store.Database.Thaw();
        return Task.CompletedTask;
    }
}

/// <summary>200 ms more for each way there and back.</summary>
internal sealed class SlowDatabase : DatabaseFault
{
    private static readonly TimeSpan EachWay = TimeSpan.FromMilliseconds(100);

    public override string Name => "database-slow";

    public override Length Length => Length.Seconds(5, 8);

    public override Task InjectAsync(Scene scene)
    {
        foreach (var line in scene.Store.Lines.To(Lines.Database))
            line.Delay(EachWay);
        return Task.CompletedTask;
    }

    public override Task HealAsync(Scene scene)
    {
        foreach (var line in scene.Store.Lines.To(Lines.Database))
            line.Resume();
        return Task.CompletedTask;
    }
}

/// <summary>pg_terminate_backend of one connection after the other, at random.</summary>
internal sealed class KilledConnections : DatabaseFault
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(300);

    private volatile bool _isHealed;
    private Task _killing = Task.CompletedTask;

    public override string Name => "database-connections-killed";

    public override Task InjectAsync(Scene scene)
    {
        _killing = KillAsync(scene);
        return Task.CompletedTask;
    }

    public override Task HealAsync(Scene scene)
    {
        _isHealed = true;
        return _killing;
    }

    private async Task KillAsync(Scene scene)
    {
        await using var database = await scene.Store.ConnectAsync("postgres", scene.Cancelled);
        while (!_isHealed)
        {
            await database.ExecuteAsync(
                """
                select pg_terminate_backend(pid) from pg_stat_activity
                where datname = any('{users,products,carts,orders}') order by random() limit 1
                """);
            await Task.Delay(Pause, scene.Cancelled);
        }
    }
}
