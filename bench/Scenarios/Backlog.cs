using GoCart.Bench.Store;
using Npgsql;

namespace GoCart.Bench.Scenarios;

/// <summary>Ten thousand orders wait in the outbox: published, and handled by products, as fast as it goes.</summary>
internal abstract class Backlog(string name, string title, string limit, double goal, int items, int? products = null)
    : Scenario(name, title, limit, goal)
{
    protected const int Messages = 10_000;

    // From the beginning of the first batch to that of the last, which is not counted: when the relay happens to look is not what
    // is measured.
    private const string RateSql =
        """
        with received as (select received_at as at from inbox where received_at > $1),
        times as (select min(at) as first, max(at) as last from received)
        select (select count(*) from received, times where at < last) / extract(epoch from last - first)::float8 from times
        """;

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(60);

    public override async Task<Measurement> MeasureAsync(Stage stage)
    {
        await using var connection = new NpgsqlConnection(stage.Store.ConnectionString("products") + ";Pooling=false");
        await connection.OpenAsync();
        var start = await ReadAsync<DateTime>(connection, "select now()");
        var before = stage.Store.Usage();
        await stage.Store.ExecuteAsync("orders", Sql.Read("events.sql"), Messages, items, products ?? stage.Store.Size.Products);

        using var limit = new CancellationTokenSource(Patience);
        while (await ReadAsync<long>(connection, "select count(*) from order_stock where state = 'reserved' and decided_at > $1", start) < Messages)
            await Task.Delay(TimeSpan.FromMilliseconds(100), limit.Token);
        var used = stage.Store.Usage() - before;

        return new(await ReadAsync<double>(connection, RateSql, start), double.NaN, double.NaN, await MeasureLimitAsync(stage), used, Messages);
    }

    protected abstract Task<double> MeasureLimitAsync(Stage stage);

    private static async Task<T> ReadAsync<T>(NpgsqlConnection connection, string sql, params object[] parameters)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        foreach (var value in parameters)
            command.Parameters.Add(new() { Value = value });
        return (T)(await command.ExecuteScalarAsync() ?? throw new InvalidOperationException($"{sql} has no answer."));
    }
}

internal sealed class OutboxToConsumer() : Backlog(
    "outbox", "10,000 orders waiting in the outbox, to stock reserved",
    "publish in confirmed batches to a quorum queue and consume with batch acks, RabbitMQ.Client", 0.60,
    items: OrderWork.Items)
{
    protected override Task<double> MeasureLimitAsync(Stage stage) => Limits.BrokerLimit.RunAsync(stage.Store.BrokerAddress, Messages);
}

internal sealed class HotProduct() : Backlog(
    "hot", "10,000 orders of one product, in items reserved", "one row updated by pgbench, by 1 client or 16, whichever is faster", 0.90,
    items: 1, products: 1)
{
    // Many are in each other's way at the one row; one alone waits for the disk.
    protected override async Task<double> MeasureLimitAsync(Stage stage) => Math.Max(
        await Limits.PgBench.RunAsync(stage.Store, "limit_products", "hot-row.sql", clients: 1, stage.Length / 2),
        await Limits.PgBench.RunAsync(stage.Store, "limit_products", "hot-row.sql", clients: 16, stage.Length / 2));
}
