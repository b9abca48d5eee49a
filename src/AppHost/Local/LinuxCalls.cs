using System.ComponentModel;
using System.Runtime.InteropServices;

namespace GoCart.AppHost.Local;

/// <summary>The signals the store sends to its children, with their Linux numbers.</summary>
internal enum Signal
{
    Interrupt = 2,
    Quit = 3,
    Kill = 9,
    Terminate = 15,
    Continue = 18,
    Stop = 19,
}

/// <summary>The two calls of libc that .NET does not offer.</summary>
internal static partial class LinuxCalls
{
    private const int NoSuchProcess = 3;

    /// <summary>Sends a signal to one process; a process that has already ended is no error.</summary>
    public static void SendSignal(int processId, Signal signal)
    {
        // 0 and negative numbers mean whole groups of processes to kill(2).
        ArgumentOutOfRangeException.ThrowIfLessThan(processId, 2);
        if (Kill(processId, (int)signal) != 0 && Marshal.GetLastPInvokeError() is var error and not NoSuchProcess)
            throw new Win32Exception(error, $"Process {processId} could not be sent {signal}.");
    }

    public static void ChangeOwner(string path, SystemUser owner)
    {
        if (ChangeOwner(path, owner.Id, owner.GroupId) != 0)
            throw new Win32Exception(Marshal.GetLastPInvokeError(), $"{path} could not be given to {owner.Name}.");
    }

    [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
    private static partial int Kill(int processId, int signal);

    [LibraryImport("libc", EntryPoint = "chown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int ChangeOwner(string path, int userId, int groupId);
}
