using System.Runtime.InteropServices;

namespace GoCart.Bench.Load;

/// <summary>The one call that the load generator waits with.</summary>
internal static partial class LibC
{
    public const short Readable = 1;

    [LibraryImport("libc", EntryPoint = "ppoll", SetLastError = true)]
    private static unsafe partial int PPoll(PollEntry* entries, nuint count, TimeSpec* timeout, void* signals);

    /// <summary>Waits until one of the sockets can be read, or the time has gone.</summary>
    public static unsafe int Poll(Span<PollEntry> entries, TimeSpan limit)
    {
        var timeout = new TimeSpec { Seconds = 0, Nanoseconds = Math.Clamp((long)(limit.TotalMicroseconds * 1000), 0, 999_999_999) };
        fixed (PollEntry* first = entries)
            return PPoll(first, (nuint)entries.Length, &timeout, null);
    }

    /// <summary>struct pollfd of poll(2).</summary>
    [StructLayout(LayoutKind.Sequential)]
    public struct PollEntry
    {
        public int Socket;
        public short Wanted;
        public short Happened;
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct TimeSpec
    {
        public nint Seconds;
        public long Nanoseconds;
    }
}
