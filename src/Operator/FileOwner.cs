using System.Runtime.InteropServices;

namespace GoCart.Operator;

/// <summary>Whose a file is, which .NET does not tell.</summary>
internal static partial class FileOwner
{
    private const uint Root = 0;

    // https://man7.org/linux/man-pages/man2/statx.2.html: its numbers and offsets are the same on every machine.
    private const int FromCurrentFolder = -100;
    private const uint OwnerWanted = 0x8;
    private const int OwnerOffset = 20;
    private const int Size = 256;

    /// <summary>Whether nobody but the user of this process, or root, can have written it.</summary>
    public static bool IsOursAlone(string path)
    {
        if (!OperatingSystem.IsLinux())
            return true;

        if ((File.GetUnixFileMode(path) & (UnixFileMode.GroupWrite | UnixFileMode.OtherWrite)) != 0)
            return false;

        var found = new byte[Size];
        if (Statx(FromCurrentFolder, path, 0, OwnerWanted, found) != 0)
            return false;
        var owner = BitConverter.ToUInt32(found, OwnerOffset);
        return owner == Root || owner == EffectiveUser();
    }

    [LibraryImport("libc", EntryPoint = "statx", StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Statx(int folder, string path, int flags, uint mask, [Out] byte[] found);

    [LibraryImport("libc", EntryPoint = "geteuid")]
    private static partial uint EffectiveUser();
}
