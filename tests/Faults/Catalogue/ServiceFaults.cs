using GoCart.Faults.Load;

namespace GoCart.Faults.Catalogue;

/// <summary>kill -9 at any moment, and a start after a while.</summary>
internal sealed class KilledService(string service) : Fault
{
    public override string Name => $"{service}-killed";

    public override IReadOnlyList<Route> Suffers => Routes.Of(service);

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(2);

    public override TimeSpan? RefusesWithin(Route route) => TimeSpan.FromSeconds(1);

    public override string? Part => service;

    public override bool TakesGateway => service == "gateway";

    public override Task InjectAsync(Scene scene) => scene.Store[service].KillAsync();

    public override Task HealAsync(Scene scene) => scene.Store[service].StartAsync();
}

/// <summary>SIGSTOP: it takes connections and says nothing.</summary>
internal sealed class FrozenService(string service) : Fault
{
    public override string Name => $"{service}-frozen";

    public override Length Length => Length.Seconds(4, 8);

    public override string? Part => service;

    public override IReadOnlyList<Route> Suffers => Routes.Of(service);

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(2);

    /// <summary>Who orders is not left waiting for a service that says nothing.</summary>
    public override TimeSpan? RefusesWithin(Route route) =>
        route == Route.PlaceOrder && service != "orders" ? TimeSpan.FromSeconds(2) : null;

    public override Task InjectAsync(Scene scene)
    {
        scene.Store[service].Freeze();
        return Task.CompletedTask;
    }

    public override Task HealAsync(Scene scene)
    {
        scene.Store[service].Thaw();
        return Task.CompletedTask;
    }
}
