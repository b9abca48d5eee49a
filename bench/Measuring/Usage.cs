namespace GoCart.Bench.Measuring;

/// <summary>What the processes of a store have used until a moment, or between two.</summary>
/// <param name="Cpu">Seconds, by process.</param>
/// <param name="Allocated">Bytes, by service.</param>
/// <param name="Memory">MB, by service (PSS): what it holds at the moment, or at the later of the two.</param>
internal sealed record Usage(
    IReadOnlyDictionary<string, double> Cpu, IReadOnlyDictionary<string, long> Allocated, IReadOnlyDictionary<string, double> Memory)
{
    public static Usage operator -(Usage after, Usage before) => new(
        after.Cpu.ToDictionary(pair => pair.Key, pair => pair.Value - before.Cpu[pair.Key]),
        after.Allocated.ToDictionary(pair => pair.Key, pair => pair.Value - before.Allocated[pair.Key]),
        after.Memory);
}
