namespace GoCart.AppHost.Starting;

/// <summary>How to reach the databases and the broker, wherever they run.</summary>
/// <param name="Databases">By name: users, products, carts, orders.</param>
/// <param name="Brokers">By service: products, carts, orders.</param>
internal sealed record StoreConnections(
    IReadOnlyDictionary<string, DatabaseAccess> Databases, IReadOnlyDictionary<string, string> Brokers);

/// <param name="Service">Connection string of the service's own role.</param>
/// <param name="Owner">Of the role that runs migrations; null: they are run by somebody else.</param>
internal sealed record DatabaseAccess(string Service, string? Owner);
