using System.Globalization;
using GoCart.Faults.Store;

namespace GoCart.Faults.LoadTable;

/// <summary>How much processor time the services and we ourselves have taken: who measures must not be what is measured.</summary>
internal sealed class CpuTime
{
    /// <summary>Our own, among the names of the services.</summary>
    public const string Ours = "load";

    /// <summary>/proc counts in hundredths of a second on every Linux.</summary>
    private const double TicksPerSecond = 100;

    private readonly Dictionary<string, double> _seconds;

    private CpuTime(Dictionary<string, double> seconds) => _seconds = seconds;

    public static CpuTime Take(FaultStore store)
    {
        var seconds = store.Services.ToDictionary(service => service.Name, service => SecondsOf(service.Id));
        seconds[Ours] = Environment.CpuUsage.TotalTime.TotalSeconds;
        return new CpuTime(seconds);
    }

    /// <summary>How many cores each has used since an earlier look.</summary>
    public Dictionary<string, double> CoresSince(CpuTime earlier, TimeSpan length) =>
        _seconds.ToDictionary(process => process.Key, process => (process.Value - earlier._seconds[process.Key]) / length.TotalSeconds);

    private static double SecondsOf(int processId)
    {
        // The name, in brackets, may have spaces in it: what follows has not.
        var stat = File.ReadAllText($"/proc/{processId}/stat");
        var fields = stat[(stat.LastIndexOf(')') + 2)..].Split(' ');
        return (long.Parse(fields[11], CultureInfo.InvariantCulture) + long.Parse(fields[12], CultureInfo.InvariantCulture)) / TicksPerSecond;
    }
}
