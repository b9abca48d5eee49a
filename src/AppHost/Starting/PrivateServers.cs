using GoCart.AppHost.Installing;
using GoCart.AppHost.Local;
using Npgsql;

namespace GoCart.AppHost.Starting;

/// <summary>The store's own PostgreSQL and RabbitMQ, with the roles and users of the services.</summary>
internal sealed class PrivateServers
{
    private readonly DataFolder _folder;
    private readonly StoreDatabases _databases;

    public PrivateServers(Installation installation, StoreLayout layout, DataFolder folder)
    {
        _folder = folder;
        Postgres = PostgresOf(installation, layout, folder, DatabasePassword(PostgresServer.Superuser));
        Rabbit = RabbitOf(installation, layout, folder, BrokerPassword);
        _databases = new StoreDatabases(Postgres, DatabasePassword);
    }

    public PostgresServer Postgres { get; }

    public RabbitServer Rabbit { get; }

    /// <summary>Known before anything runs: ports and passwords are settled.</summary>
    public StoreConnections Connections => new(
        StoreDatabases.Names.ToDictionary(name => name, name =>
        {
            var connections = _databases.ConnectionsTo(name, name);
            return new DatabaseAccess(connections.Service, connections.Owner);
        }),
        RabbitDefinitions.Services.ToDictionary(service => service, service => Rabbit.AddressFor(service)));

    public (string Name, string Password) ManagementLogin =>
        (RabbitDefinitions.Administrator, BrokerPassword(RabbitDefinitions.Administrator));

    public async Task<ChildProcess> StartPostgresAsync(CancellationToken cancellationToken)
    {
        var child = await Postgres.StartAsync(cancellationToken);
        try
        {
            await _databases.CreateRolesAsync(cancellationToken);
            await _databases.CreateAsync(cancellationToken);
            return child;
        }
        catch (NpgsqlException e)
        {
            throw ServerFailedException.From(child, $"could not be given its databases ({e.Message})");
        }
    }

    /// <summary>Asks for no password: a file of them that is damaged may be why somebody begins anew.</summary>
    public static async Task DeleteDataAsync(
        Installation installation, StoreLayout layout, DataFolder folder, CancellationToken cancellationToken)
    {
        await PostgresOf(installation, layout, folder, "").DeleteDataAsync(cancellationToken);
        await RabbitOf(installation, layout, folder, _ => "").DeleteDataAsync(cancellationToken);
    }

    /// <summary>Where the operator's commands of the client find databases and broker.</summary>
    public void WriteOperatorFile() => OperatorFile.Write(
        _folder.File("operator.json"),
        StoreDatabases.Names.ToDictionary(name => name, _databases.AuditorConnectionString),
        StoreDatabases.Names.ToDictionary(name => name, _databases.OwnerConnectionString),
        Rabbit.AddressFor(RabbitDefinitions.Administrator),
        Rabbit.Management, ManagementLogin);

    private static PostgresServer PostgresOf(
        Installation installation, StoreLayout layout, DataFolder folder, string superuserPassword) =>
        installation.Postgres(new PostgresSettings(
            folder.ServerFolder("postgres"), layout.PostgresPort, superuserPassword, folder.BeginLog("postgres")));

    private static RabbitServer RabbitOf(
        Installation installation, StoreLayout layout, DataFolder folder, Func<string, string> passwordOf) =>
        installation.Rabbit(new RabbitSettings(
            folder.ServerFolder("rabbitmq"), layout.RabbitPort, layout.ManagementPort, passwordOf, folder.BeginLog("rabbitmq")));

    private string DatabasePassword(string role) => _folder.Passwords.Of("database/" + role);

    private string BrokerPassword(string user) => _folder.Passwords.Of("broker/" + user);
}
