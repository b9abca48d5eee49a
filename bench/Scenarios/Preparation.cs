using System.Diagnostics;
using GoCart.Bench.Store;
using Npgsql;

namespace GoCart.Bench.Scenarios;

/// <summary>The readers get twenty orders each, and then five items in the cart.</summary>
internal static class Preparation
{
    private const int OrdersOfEachReader = 20;

    private static readonly TimeSpan Limit = TimeSpan.FromMinutes(3);

    public static async Task<Stage> MakeAsync(
        BenchStore store, TimeSpan length, Action<string> say, CancellationToken cancellationToken)
    {
        var stage = new Stage(store, new Assortment(store), length, say);
        List<int> readers = [.. Assortment.Readers];
        var start = Stopwatch.GetTimestamp();
        foreach (var half in readers.Chunk(readers.Count / 2))
            await OrderAsync(stage, half, cancellationToken);
        await Assortment.FillCartsAsync(store, readers, items: 5);
        say($"The store is ready and has orders, after {Stopwatch.GetElapsedTime(start).TotalSeconds:0.0} s.");
        return stage with { OrdersOfReaders = await OrdersAsync(store, readers) };
    }

    /// <summary>A store that has just been started may refuse some; what counts is what they have in the end.</summary>
    private static async Task OrderAsync(Stage stage, int[] readers, CancellationToken cancellationToken)
    {
        var start = Stopwatch.GetTimestamp();
        var work = new SessionWork(stage.Assortment, readers);
        string? wrong = null;
        while ((await OrdersAsync(stage.Store, readers)).Values.Any(orders => orders.Count < OrdersOfEachReader))
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (Stopwatch.GetElapsedTime(start) > Limit)
                throw new TimeoutException($"The readers could not get their orders: {wrong}");
            wrong = await TryLoadAsync(stage, readers.Length, work) ?? wrong;
        }
    }

    /// <returns>What went wrong, if anything did.</returns>
    private static async Task<string?> TryLoadAsync(Stage stage, int connections, SessionWork work)
    {
        try
        {
            using var load = stage.Load(connections, work);
            return (await load.SaturateAsync(TimeSpan.FromSeconds(1))).FirstWrong;
        }
        // No answer for a long time, or a connection that was closed: the machine is busy with something else.
        catch (Exception e) when (e is TimeoutException or IOException)
        {
            return e.Message;
        }
    }

    private static async Task<Dictionary<int, IReadOnlyList<Guid>>> OrdersAsync(BenchStore store, IReadOnlyCollection<int> readers)
    {
        await using var db = NpgsqlDataSource.Create(store.ConnectionString("orders") + ";Pooling=false");
        await using var command = db.CreateCommand("select user_id, id from orders where user_id = any($1) order by id desc");
        command.Parameters.Add(new() { Value = readers.Select(Assortment.CustomerId).ToArray() });
        await using var rows = await command.ExecuteReaderAsync();
        var orders = new Dictionary<Guid, List<Guid>>();
        while (await rows.ReadAsync())
        {
            if (!orders.TryGetValue(rows.GetGuid(0), out var own))
                orders[rows.GetGuid(0)] = own = [];
            own.Add(rows.GetGuid(1));
        }
        return readers.ToDictionary(
            reader => reader, reader => (IReadOnlyList<Guid>)orders.GetValueOrDefault(Assortment.CustomerId(reader), []));
    }
}
