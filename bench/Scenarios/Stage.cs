using GoCart.Bench.Load;
using GoCart.Bench.Store;

namespace GoCart.Bench.Scenarios;

/// <summary>What every scenario measures with.</summary>
/// <param name="Length">Of each single measurement.</param>
internal sealed record Stage(BenchStore Store, Assortment Assortment, TimeSpan Length, Action<string> Say)
{
    /// <summary>Newest first, by customer.</summary>
    public IReadOnlyDictionary<int, IReadOnlyList<Guid>> OrdersOfReaders { get; init; } = new Dictionary<int, IReadOnlyList<Guid>>();

    /// <summary>False where only the store itself is of interest: the limit of each scenario is not a number then.</summary>
    public bool HasLimits { get; init; } = true;

    public Generator Load(int connections, IWork work) => new(Store.Gateway, connections, work);
}
