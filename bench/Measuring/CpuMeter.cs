using System.Globalization;

namespace GoCart.Bench.Measuring;

/// <summary>The processor time that processes have used, from /proc.</summary>
internal static class CpuMeter
{
    private const double TicksPerSecond = 100; // USER_HZ, which is 100 on every Linux that .NET runs on

    /// <summary>Of a process, with all those it has started and those of them that have ended; in seconds.</summary>
    public static double SecondsOf(int processId)
    {
        var all = ReadAll();
        var family = new HashSet<int> { processId };
        // Children have higher ids nearly always; a second round finds those that have not.
        for (var round = 0; round < 2; round++)
            family.UnionWith(all.Where(process => family.Contains(process.Parent)).Select(process => process.Id));
        return all.Where(process => family.Contains(process.Id)).Sum(process => process.Ticks) / TicksPerSecond;
    }

    private static List<Entry> ReadAll()
    {
        var entries = new List<Entry>();
        foreach (var folder in Directory.EnumerateDirectories("/proc"))
        {
            if (!int.TryParse(Path.GetFileName(folder), out var id))
                continue;
            try
            {
                var stat = File.ReadAllText(Path.Combine(folder, "stat"));
                var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
                entries.Add(new(id, Number(fields[1]), Number(fields[11]) + Number(fields[12]) + Number(fields[13]) + Number(fields[14])));
            }
            catch (IOException)
            {
                // It has ended meanwhile; its time is now its parent's.
                continue;
            }
        }
        return entries;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);

    private sealed record Entry(int Id, int Parent, long Ticks);
}
