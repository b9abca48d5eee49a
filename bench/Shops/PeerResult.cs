using System.Text.Json.Serialization;

namespace GoCart.Bench.Shops;

/// <summary>What a peer did of one operation.</summary>
/// <param name="Load">Null when nothing could be measured: see <paramref name="Failure"/>.</param>
/// <param name="Cpu">Milliseconds of processor time for one, of its processes and of PostgreSQL.</param>
internal sealed record PeerResult(Peer Peer, PeerOperation Operation, PeerLoad? Load, double Cpu, string? Failure = null);

/// <summary>What bench/peers/lib.mjs prints.</summary>
/// <param name="Error">One of those that failed.</param>
internal sealed record PeerLoad(
    int Count,
    [property: JsonPropertyName("per_second")] double PerSecond,
    double? P50, double? P99, int Failed, string? Error);

/// <param name="Word">As load.mjs has it.</param>
/// <param name="Scenario">The name of the scenario that does the same work in GoCart.</param>
internal sealed record PeerOperation(string Word, string Title, string? Scenario)
{
    public static readonly PeerOperation Scarce = new("scarce", "64 customers at once for the last 10 units: sold", null);

    public static readonly PeerOperation Order = new("order", "checkout to a placed order with its stock taken", "session-8");

    public static readonly IReadOnlyList<PeerOperation> Timed =
    [
        new("page", "a page of 20 products", "page"),
        new("product", "one product", "product"),
        new("add", "add to cart", "add"),
        Order,
        new("login", "login", "login"),
    ];

    /// <summary>Only Vendure has an index of its own for pages.</summary>
    public static readonly PeerOperation Search = new("search", "a page of 20 products, from its search index", "page");

    public bool IsRead => Scenario is "page" or "product";

    public static IEnumerable<PeerOperation> Of(Peer peer) =>
        peer.Folder == "vendure" ? [Timed[0], Search, .. Timed.Skip(1), Scarce] : [.. Timed, Scarce];
}
