using GoCart.AppHost.Local;

namespace GoCart.AppHost.Starting;

/// <summary>Databases and a broker that run elsewhere, named by environment variables.</summary>
internal static class ExternalServers
{
    public const string Help =
        """
        GOCART_USERS_DATABASE, GOCART_PRODUCTS_DATABASE, GOCART_CARTS_DATABASE, GOCART_ORDERS_DATABASE: connection strings of the services' roles;
        GOCART_USERS_MIGRATIONS, …: of the roles that own the databases (without one, that database is taken as migrated);
        GOCART_BROKER: amqp://user:password@host:port/vhost, or one for each: GOCART_PRODUCTS_BROKER, …
        """;

    /// <exception cref="ServerFailedException">Naming every variable that is missing.</exception>
    public static StoreConnections Read(Func<string, string?> variable)
    {
        List<string> missing = [];
        var connections = new StoreConnections(
            StoreDatabases.Names.ToDictionary(name => name, name => new DatabaseAccess(
                Required(Name(name, "DATABASE")), variable(Name(name, "MIGRATIONS")))),
            RabbitDefinitions.Services.ToDictionary(service => service, service =>
                variable(Name(service, "BROKER")) ?? Required("GOCART_BROKER")));

        return missing.Count == 0
            ? connections
            : throw new ServerFailedException($"--external needs {string.Join(", ", missing.Distinct())}; see --help.");

        string Required(string name)
        {
            if (variable(name) is { Length: > 0 } value)
                return value;
            missing.Add(name);
            return "";
        }
    }

    private static string Name(string owner, string what) => $"GOCART_{owner.ToUpperInvariant()}_{what}";
}
