using System.Globalization;

namespace GoCart.Faults.Checks;

/// <summary>
/// How much of the machine's processors works for somebody else than the store and its customers: a machine that is busy
/// elsewhere keeps no promise about time, and says nothing about the store.
/// </summary>
internal sealed class ForeignWork
{
    private readonly long _busy = Busy();
    private readonly long _ours = Ours();
    private readonly long _started = Environment.TickCount64;

    private ForeignWork()
    {
    }

    public static ForeignWork Watch() => new();

    /// <returns>Processors, since <see cref="Watch"/>.</returns>
    public double Processors()
    {
        var ticks = Busy() - _busy - (Ours() - _ours);
        var seconds = (Environment.TickCount64 - _started) / 1000.0;
        return Math.Max(0, ticks / (double)TicksPerSecond / Math.Max(seconds, 0.001));
    }

    /// <summary>As Linux counts the time of processes for everybody to read, on all architectures that .NET knows.</summary>
    private const int TicksPerSecond = 100;

    /// <summary>Everything but idling and waiting for disks: https://man7.org/linux/man-pages/man5/proc_stat.5.html</summary>
    private static long Busy()
    {
        var fields = File.ReadLines("/proc/stat").First().Split(' ', StringSplitOptions.RemoveEmptyEntries)[1..9]
            .Select(field => long.Parse(field, CultureInfo.InvariantCulture)).ToArray();
        return fields.Sum() - fields[3] - fields[4];
    }

    /// <summary>This process, everything it has started, and what has ended of that.</summary>
    private static long Ours()
    {
        var processes = Directory.GetDirectories("/proc").Select(TryRead).OfType<ProcessTime>().ToLookup(process => process.Parent);
        var ours = processes.SelectMany(children => children).Where(process => process.Id == Environment.ProcessId).ToList();
        for (var next = 0; next < ours.Count; next++)
            ours.AddRange(processes[ours[next].Id]);
        return ours.Sum(process => process.Ticks);
    }

    private static ProcessTime? TryRead(string folder)
    {
        if (!int.TryParse(Path.GetFileName(folder), CultureInfo.InvariantCulture, out var id))
            return null;
        try
        {
            // The name, which may have anything in it, ends with the last parenthesis; the state follows.
            var text = File.ReadAllText(Path.Combine(folder, "stat"));
            var fields = text[(text.LastIndexOf(')') + 2)..].Split(' ');
            return new ProcessTime(
                id, int.Parse(fields[1], CultureInfo.InvariantCulture),
                fields[11..15].Sum(field => long.Parse(field, CultureInfo.InvariantCulture)));
        }
        // It has ended.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <param name="Ticks">Its own, and those of its children that have ended and that it has noticed.</param>
    private sealed record ProcessTime(int Id, int Parent, long Ticks);
}
