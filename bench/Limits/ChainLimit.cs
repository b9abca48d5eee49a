using System.Diagnostics;
using GoCart.Bench.Store;
using Npgsql;
using RabbitMQ.Client;

namespace GoCart.Bench.Limits;

/// <summary>The way from an order to its stock, step by step and with nobody else there: a commit, a confirmed publish, a commit.</summary>
internal static class ChainLimit
{
    /// <returns>Milliseconds, sorted.</returns>
    public static async Task<double[]> RunAsync(BenchStore store, TimeSpan length)
    {
        await using var orders = await OpenAsync(store, "limit_orders");
        await using var products = await OpenAsync(store, "limit_products");
        await using var broker = await new ConnectionFactory { Uri = new Uri(store.BrokerAddress) }.CreateConnectionAsync();
        await using var channel = await BrokerLimit.OpenAsync(broker);
        var queue = await BrokerLimit.DeclareAsync(channel);
        // Without pgbench's own lines, and with one customer.
        var order = string.Join('\n', Sql.Read("order.sql").Split('\n').Where(line => !line.StartsWith('\\')))
            .Replace(":customer", "64", StringComparison.Ordinal).Replace(":product", "1", StringComparison.Ordinal)
            .Replace(":client_id", "0", StringComparison.Ordinal);
        var hotRow = Sql.Read("hot-row.sql");

        var times = new List<double>();
        var start = Stopwatch.GetTimestamp();
        while (Stopwatch.GetElapsedTime(start) < length)
        {
            var from = Stopwatch.GetTimestamp();
            await ExecuteAsync(orders, order);
            await BrokerLimit.PublishAsync(channel, queue);
            await ExecuteAsync(products, hotRow);
            times.Add(Stopwatch.GetElapsedTime(from).TotalMilliseconds);
        }
        await channel.QueueDeleteAsync(queue);
        return [.. times.Order()];
    }

    private static async Task<NpgsqlConnection> OpenAsync(BenchStore store, string database)
    {
        var connection = new NpgsqlConnection(store.ConnectionString(database) + ";Pooling=false;Max Auto Prepare=5;Auto Prepare Min Usages=1");
        await connection.OpenAsync();
        return connection;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }
}
