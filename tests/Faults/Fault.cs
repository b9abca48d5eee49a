using GoCart.Faults.Load;
using GoCart.Faults.Store;

namespace GoCart.Faults;

/// <summary>Where faults happen.</summary>
internal sealed record Scene(FaultStore Store, Shop Shop, Random Random, CancellationToken Cancelled)
{
    public ClientLog Log => Shop.Log;
}

/// <summary>How long a fault lasts, at least and at most: the schedule draws from it.</summary>
internal readonly record struct Length(TimeSpan Least, TimeSpan Most)
{
    public static Length Seconds(double least, double most) => new(TimeSpan.FromSeconds(least), TimeSpan.FromSeconds(most));

    public TimeSpan Draw(Random random) => Least + random.NextDouble() * (Most - Least);
}

/// <summary>Something that goes wrong for a while, and what the store promises of that while.</summary>
/// <remarks>A fault is used for one round: what it remembers between its steps stands in its fields.</remarks>
internal abstract class Fault
{
    /// <summary>As one types it after <c>--fault</c>.</summary>
    public abstract string Name { get; }

    public virtual Length Length => Length.Seconds(2, 5);

    /// <summary>The routes that may answer 502, 503 or 504 meanwhile. Of the requests of all others 99.9 % must be served.</summary>
    public virtual IReadOnlyList<Route> Suffers => Routes.None;

    /// <summary>The promised time from <see cref="HealAsync"/> until everything works again; null: nothing was to stop.</summary>
    public virtual TimeSpan? Recovery => null;

    /// <summary>The promised time in which a route that suffers says so; null: within its deadline.</summary>
    public virtual TimeSpan? RefusesWithin(Route route) => null;

    /// <summary>Clients lose their connections: the gateway itself is concerned.</summary>
    public virtual bool TakesGateway => false;

    /// <summary>
    /// What is broken: a service, the database or the broker. Faults of two different parts can happen at the same time; null:
    /// this one needs all the others to be well.
    /// </summary>
    public virtual string? Part => null;

    /// <summary>How many copies of each service the store has meanwhile.</summary>
    public virtual int Copies => 1;

    /// <summary>What the store has to rest on. Faults that need the same are in rounds of their own.</summary>
    public virtual ServerSet Servers => ServerSet.OneEach;

    /// <summary>Why this machine cannot have this fault; null if it can.</summary>
    public virtual string? WhyNot(FaultStore store) => null;

    public abstract Task InjectAsync(Scene scene);

    /// <summary>Returns at the moment from which the promised time of recovery counts.</summary>
    public abstract Task HealAsync(Scene scene);

    /// <summary>The route that came back last, for a look at why.</summary>
    public Route? LastBack { get; private set; }

    /// <returns>When everything worked again; null: not within the limit.</returns>
    public virtual async Task<TimeSpan?> WaitForRecoveryAsync(Scene scene, TimeSpan limit)
    {
        if (Suffers.Count == 0)
            return scene.Log.Now;

        var back = await Task.WhenAll(Suffers.Select(async route =>
            (Route: route, At: await Probe.FirstGoodAnswerAsync(scene.Shop, route, limit, scene.Cancelled))));
        var last = back.MaxBy(each => each.At ?? TimeSpan.MaxValue);
        LastBack = last.Route;
        return last.At;
    }

    /// <summary>What this fault promises beside the invariants, looked at when the store has settled.</summary>
    public virtual Task<IReadOnlyList<BrokenPromise>> CheckAsync(Scene scene) =>
        Task.FromResult<IReadOnlyList<BrokenPromise>>([]);
}
