using System.Globalization;
using Dapper;
using GoCart.Faults.Store;

namespace GoCart.Faults.Checks;

/// <summary>What the store takes of the machine.</summary>
/// <param name="Services">By service, of its first copy.</param>
/// <param name="Connections">To all databases.</param>
/// <param name="Tables">By database and name.</param>
internal sealed record Footprint(
    IReadOnlyDictionary<string, ProcessFootprint> Services, long Connections, IReadOnlyDictionary<string, TableFootprint> Tables)
{
    public const double MostGrowth = 1.2;

    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(90);
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(2);

    // Longer than connections of a rush stay open (30 s, looked at every 10 s), which hold memory, too.
    private static readonly TimeSpan LongestIdling = TimeSpan.FromSeconds(45);

    /// <summary>Of a store that has had work and has none: waits until it gives nothing back any more.</summary>
    public static async Task<Footprint> TakeIdleAsync(FaultStore store, CancellationToken cancellationToken)
    {
        await Task.Delay(LongestIdling, cancellationToken);
        return await TakeAsync(store, cancellationToken);
    }

    public static async Task<Footprint> TakeAsync(FaultStore store, CancellationToken cancellationToken)
    {
        await using var database = await store.ConnectAsync("postgres", cancellationToken);
        var connections = await database.ExecuteScalarAsync<long>(
            "select count(*) from pg_stat_activity where datname = any('{users,products,carts,orders}')");
        return new(
            store.Services.ToDictionary(service => service.Name, service => ProcessFootprint.Of(service.Id)), connections,
            await TableFootprint.OfAllAsync(store, cancellationToken));
    }

    /// <summary>I15: waits until the store takes hardly more than before, as what it needed is given back slowly.</summary>
    public static async Task<(Footprint After, IReadOnlyList<BrokenPromise> Broken)> WaitUntilBackAsync(
        FaultStore store, Footprint before, CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(Limit);
        while (true)
        {
            var after = await TakeAsync(store, cancellationToken);
            var broken = after.FindGrowth(before).ToList();
            if (broken.Count == 0 || limit.IsCancellationRequested)
                return (after, broken);
            await Task.Delay(Pause, limit.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        }
    }

    public override string ToString() =>
        string.Join(", ", Services.Select(service => $"{service.Key} {service.Value}")) + $", {Connections} connections, "
        + $"{Tables.Values.Sum(table => table.Bytes) / 1_000_000} MB of tables";

    private IEnumerable<BrokenPromise> FindGrowth(Footprint before)
    {
        foreach (var (name, now) in Services)
        {
            var then = before.Services[name];
            if (now.MemoryMegabytes > then.MemoryMegabytes * MostGrowth)
                yield return new("I15", $"{name} has {now.MemoryMegabytes} MB of memory, and had {then.MemoryMegabytes}");
            if (now.Threads > then.Threads * MostGrowth)
                yield return new("I15", $"{name} has {now.Threads} threads, and had {then.Threads}");
        }

        if (Connections > before.Connections * MostGrowth)
            yield return new("I15", $"the databases have {Connections} connections, and had {before.Connections}");

        foreach (var (name, now) in Tables.Where(table => before.Tables.ContainsKey(table.Key)))
        {
            if (now.HasOutgrown(before.Tables[name]))
                yield return new("I15", $"table {name} has {now}, and had {before.Tables[name]}");
        }
    }
}

/// <summary>As /proc has it.</summary>
internal sealed record ProcessFootprint(long MemoryMegabytes, int Threads)
{
    public static ProcessFootprint Of(int processId)
    {
        var status = File.ReadLines($"/proc/{processId}/status")
            .Select(line => line.Split(':', 2)).ToDictionary(pair => pair[0], pair => pair[1].Trim());
        return new(
            long.Parse(status["VmRSS"].Split(' ')[0], CultureInfo.InvariantCulture) / 1024,
            int.Parse(status["Threads"], CultureInfo.InvariantCulture));
    }

    public override string ToString() => $"{MemoryMegabytes} MB and {Threads} threads";
}
