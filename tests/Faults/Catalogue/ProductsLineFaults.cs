using GoCart.Faults.Load;
using GoCart.Tests.Infrastructure;

namespace GoCart.Faults.Catalogue;

/// <summary>Products is well, and the lines to it are not: orders cannot be placed, and everything else about orders goes on.</summary>
internal sealed class BadLineToProducts(string what, Action<TcpProxy> spoil) : Fault
{
    public static BadLineToProducts Slow() => new("slow", line => line.Delay(TimeSpan.FromSeconds(1.5)));

    public static BadLineToProducts Dribbling() => new("dribbling", line => line.Throttle(bytesPerSecond: 30));

    /// <summary>In the middle of an answer's headers.</summary>
    public static BadLineToProducts Resetting() => new("resetting", line => line.CutAfter(bytes: 100));

    public static BadLineToProducts Silent() => new("silent", line => line.Freeze());

    public override string Name => $"products-{what}";

    public override Length Length => Length.Seconds(4, 8);

    public override string? Part => "products";

    public override IReadOnlyList<Route> Suffers => Routes.Of("products");

    public override TimeSpan? Recovery => TimeSpan.FromSeconds(2);

    public override TimeSpan? RefusesWithin(Route route) => route == Route.PlaceOrder ? TimeSpan.FromSeconds(2) : null;

    public override Task InjectAsync(Scene scene)
    {
        scene.Store.Lines.Requests.Begin();
        foreach (var line in scene.Store.Lines.To("products"))
            spoil(line);
        return Task.CompletedTask;
    }

    public override Task HealAsync(Scene scene)
    {
        foreach (var line in scene.Store.Lines.To("products"))
        {
            line.Resume();
            line.Cut();
        }

        return Task.CompletedTask;
    }

    /// <summary>A read is retried once at most, anything else never.</summary>
    public override Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene) => Task.FromResult<IReadOnlyList<BrokenPromise>>(
        [.. scene.Store.Lines.Requests.End().Take(3).Select(repeated => new BrokenPromise(Name, repeated))]);
}
