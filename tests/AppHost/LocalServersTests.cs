using System.Text;
using GoCart.Tests.Infrastructure;
using Npgsql;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace GoCart.Tests.AppHost;

public sealed class LocalServersTests(LocalServers servers)
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_service_reaches_its_own_database_and_no_other()
    {
        await using var databases = await servers.CreateDatabasesAsync(Cancelled);
        var foreign = new NpgsqlConnectionStringBuilder(databases.Orders.Service)
        {
            Database = new NpgsqlConnectionStringBuilder(databases.Users.Service).Database,
        };

        var own = await ScalarAsync(databases.Orders.Service, "select current_user || ' in ' || current_database()");
        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => ScalarAsync(foreign.ConnectionString, "select 1"));

        Assert.Equal($"orders in {new NpgsqlConnectionStringBuilder(databases.Orders.Service).Database}", own);
        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task An_owner_makes_tables_and_the_search_extension_and_its_service_does_not()
    {
        await using var databases = await servers.CreateDatabasesAsync(Cancelled);

        await ScalarAsync(databases.Products.Owner, "create extension pg_trgm; create table products (id int)");
        var refusal = await Assert.ThrowsAsync<PostgresException>(
            () => ScalarAsync(databases.Products.Service, "create table mine (id int)"));

        Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
    }

    [Fact]
    public async Task Every_set_of_databases_is_empty_and_gone_when_disposed()
    {
        var first = await servers.CreateDatabasesAsync(Cancelled);
        await using var second = await servers.CreateDatabasesAsync(Cancelled);
        await ScalarAsync(first.Carts.Owner, "create table carts (id int)");

        var found = await ScalarAsync(second.Carts.Superuser, "select to_regclass('carts')::text");
        await first.DisposeAsync();
        NpgsqlConnection.ClearAllPools();

        Assert.Equal(DBNull.Value, found);
        var gone = await Assert.ThrowsAsync<PostgresException>(() => ScalarAsync(first.Carts.Superuser, "select 1"));
        Assert.Equal(PostgresErrorCodes.InvalidCatalogName, gone.SqlState);
    }

    [Fact]
    public async Task An_event_goes_from_one_service_to_the_queue_of_another()
    {
        await using var virtualHost = await servers.CreateVirtualHostAsync(Cancelled);
        await using var orders = await ConnectAsync(virtualHost.Orders);
        await using var publisher = await orders.CreateChannelAsync(cancellationToken: Cancelled);
        await using var products = await ConnectAsync(virtualHost.Products);
        await using var consumer = await products.CreateChannelAsync(cancellationToken: Cancelled);
        var arguments = new Dictionary<string, object?>
        {
            ["x-queue-type"] = "quorum",
            ["x-dead-letter-exchange"] = "dead-letters",
        };

        await consumer.QueueDeclareAsync("products.order.created", durable: true, exclusive: false, autoDelete: false,
            arguments, cancellationToken: Cancelled);
        await consumer.QueueBindAsync("products.order.created", "orders", "order.created", cancellationToken: Cancelled);
        await publisher.BasicPublishAsync("orders", "order.created", Encoding.UTF8.GetBytes("{}"), Cancelled);

        var received = await Eventually.GetAsync(
            () => consumer.BasicGetAsync("products.order.created", autoAck: true, Cancelled), message => message is not null);
        Assert.Equal("{}", Encoding.UTF8.GetString(received!.Body.Span)); // waited for
    }

    [Fact]
    public async Task A_service_may_not_read_the_queue_of_another()
    {
        await using var virtualHost = await servers.CreateVirtualHostAsync(Cancelled);
        await using var carts = await ConnectAsync(virtualHost.Carts);
        await using var channel = await carts.CreateChannelAsync(cancellationToken: Cancelled);

        var refusal = await Assert.ThrowsAsync<OperationInterruptedException>(
            () => channel.QueueDeclareAsync("orders.stock.reserved", cancellationToken: Cancelled));

        Assert.Equal((ushort)403, refusal.ShutdownReason!.ReplyCode); // the broker always says why
    }

    private static async Task<object?> ScalarAsync(string connectionString, string sql)
    {
        await using var connection = new NpgsqlConnection(connectionString);
        await connection.OpenAsync(Cancelled);
        await using var command = new NpgsqlCommand(sql, connection);
        return await command.ExecuteScalarAsync(Cancelled);
    }

    private static Task<IConnection> ConnectAsync(string address) =>
        new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(Cancelled);
}
