namespace GoCart.AppHost;

/// <summary>What the person asked for on the command line.</summary>
/// <param name="DataFolder">Databases, broker, passwords, logs.</param>
/// <param name="Reset">Begin with empty ones.</param>
/// <param name="IsExternal">Use databases and a broker that run elsewhere; see <see cref="Starting.ExternalServers"/>.</param>
/// <param name="Seed">Put the admin and the sample products in.</param>
/// <param name="AssumeYes">Ask no question.</param>
internal sealed record RunOptions(
    string DataFolder, bool Reset, bool IsExternal, bool Seed, bool AssumeYes, Replicas Replicas, int PortOffset);
