using System.Net.Sockets;

/// <summary>
/// Runs in each service that is measured (DOTNET_STARTUP_HOOKS) and tells whoever connects how many bytes the process has
/// allocated since its start. The runtime finds it by this name, outside of every namespace.
/// </summary>
#pragma warning disable CA1050, IDE0130 // The name is the runtime's: https://github.com/dotnet/runtime/blob/main/docs/design/features/host-startup-hook.md
internal static class StartupHook
#pragma warning restore CA1050, IDE0130
{
    /// <summary>The folder for the socket, which is named after the process.</summary>
    private const string FolderVariable = "GOCART_BENCH_METERS";

    public static void Initialize()
    {
        if (Environment.GetEnvironmentVariable(FolderVariable) is { } folder)
            new Thread(() => Answer(Path.Combine(folder, $"{Environment.ProcessId}"))) { IsBackground = true }.Start();
    }

    private static void Answer(string path)
    {
        using var listener = new Socket(AddressFamily.Unix, SocketType.Stream, ProtocolType.Unspecified);
        listener.Bind(new UnixDomainSocketEndPoint(path));
        listener.Listen();
        while (true)
        {
            using var asked = listener.Accept();
            // Precise: the other count stands still after the collector has put a heap to rest, until the heaps left have caught up.
            asked.Send(BitConverter.GetBytes(GC.GetTotalAllocatedBytes(precise: true)));
        }
    }
}
