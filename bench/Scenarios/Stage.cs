using GoCart.Bench.Load;
using GoCart.Bench.Store;

namespace GoCart.Bench.Scenarios;

/// <summary>What every scenario measures with.</summary>
/// <param name="Length">Of each single measurement.</param>
internal sealed record Stage(BenchStore Store, Assortment Assortment, TimeSpan Length, Action<string> Say)
{
    /// <summary>Newest first, by customer.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<Guid>> OrdersOfReaders { get; init; } = new Dictionary<int, IReadOnlyList<Guid>>();

    /// <summary>Where one store is compared with another, not with the limits: these and the latencies are not numbers then.</summary>
    public bool HasRatesAlone { get; init; }

    public Generator Load(int connections, IWork work) => new(Store.Gateway, connections, work);
}
