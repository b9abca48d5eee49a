using System.Globalization;

namespace GoCart.Bench.Measuring;

/// <summary>The memory of processes, with what they share counted once (PSS).</summary>
internal static class MemoryMeter
{
    public static double MegabytesOf(int processId) =>
        double.Parse(
            File.ReadLines($"/proc/{processId}/smaps_rollup").First(line => line.StartsWith("Pss:", StringComparison.Ordinal))
                .Split(' ', StringSplitOptions.RemoveEmptyEntries)[1],
            CultureInfo.InvariantCulture) / 1024;
}
