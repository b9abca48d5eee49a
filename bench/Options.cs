using GoCart.AppHost;
using GoCart.AppHost.Local;
using GoCart.Bench.Shops;

namespace GoCart.Bench;

/// <param name="Scenarios">Those to run, by name or the beginning of it; all when there are none.</param>
/// <param name="Runs">Of each scenario.</param>
/// <param name="Length">Of each measurement in a run.</param>
/// <param name="Peers">The shops that are measured, too.</param>
/// <param name="Report">Where the tables go, besides the terminal; null for nowhere.</param>
internal sealed record Options(IReadOnlyList<string> Scenarios, int Runs, TimeSpan Length, IReadOnlyList<Peer> Peers, string? Report)
{
    public StoreSize Size { get; init; } = new();

    public bool IsWanted(string scenario) =>
        Scenarios.Count == 0 || Scenarios.Any(name => scenario.StartsWith(name, StringComparison.Ordinal));
}

/// <param name="Products">On sale.</param>
/// <param name="Users">Beside those who take part.</param>
/// <param name="Orders">Of earlier times.</param>
/// <param name="Copies">Of each service but the gateway.</param>
internal sealed record StoreSize(int Products = 1000, int Users = 0, int Orders = 0, int Copies = 1)
{
    /// <summary>With as many products, as many users, and five orders of each.</summary>
    public static StoreSize Of(int products) => new(products, products, 5 * products);

    public Replicas Replicas => Copies == 1 ? Replicas.OneEach
        : Replicas.Parse(string.Join(',', StoreDatabases.Names.Select(name => $"{name}={Copies}")), out var problem)
            ?? throw new InvalidOperationException(problem);
}
