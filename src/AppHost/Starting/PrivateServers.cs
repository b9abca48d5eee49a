using GoCart.AppHost.Installing;
using GoCart.AppHost.Local;

namespace GoCart.AppHost.Starting;

/// <summary>The store's own PostgreSQL and RabbitMQ, with the roles and users of the services.</summary>
internal sealed class PrivateServers
{
    private readonly DataFolder _folder;
    private readonly StoreDatabases _databases;

    public PrivateServers(Installation installation, StoreLayout layout, DataFolder folder)
    {
        _folder = folder;
        Postgres = installation.Postgres(new PostgresSettings(
            folder.ServerFolder("postgres"), layout.PostgresPort, DatabasePassword(PostgresServer.Superuser),
            folder.BeginLog("postgres")));
        Rabbit = installation.Rabbit(new RabbitSettings(
            folder.ServerFolder("rabbitmq"), layout.RabbitPort, layout.ManagementPort, BrokerPassword,
            folder.BeginLog("rabbitmq")));
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
        await _databases.CreateRolesAsync(cancellationToken);
        await _databases.CreateAsync(cancellationToken);
        return child;
    }

    public async Task DeleteDataAsync(CancellationToken cancellationToken)
    {
        await Postgres.DeleteDataAsync(cancellationToken);
        await Rabbit.DeleteDataAsync(cancellationToken);
    }

    /// <summary>Where the operator's commands of the client find databases and broker.</summary>
    public void WriteOperatorFile() => OperatorFile.Write(
        _folder.File("operator.json"),
        StoreDatabases.Names.ToDictionary(name => name, _databases.AuditorConnectionString),
        _databases.OwnerConnectionString("users"),
        Rabbit.AddressFor(RabbitDefinitions.Administrator),
        Rabbit.Management, ManagementLogin);

    private string DatabasePassword(string role) => _folder.Passwords.Of("database/" + role);

    private string BrokerPassword(string user) => _folder.Passwords.Of("broker/" + user);
}
