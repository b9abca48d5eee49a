using System.Globalization;

namespace GoCart.Tests.Infrastructure;

/// <summary>Folders of a test run, named after its process so that the next run can clear away what a killed one left.</summary>
internal static class TemporaryFolder
{
    private const string Prefix = "gocart-tests-";

    // A container's /dev/shm has 64 MB unless told otherwise, which is too little for a few hundred databases.
    private const long RoomNeeded = 2L * 1024 * 1024 * 1024;

    public static string Create()
    {
        var parent = HasRoom("/dev/shm") ? "/dev/shm" : Path.GetTempPath();
        foreach (var folder in Directory.GetDirectories(parent, Prefix + "*"))
            DeleteIfAbandoned(folder);
        return Directory.CreateDirectory(Path.Combine(parent, Prefix + Environment.ProcessId)).FullName;
    }

    private static bool HasRoom(string folder) =>
        Directory.Exists(folder) && new DriveInfo(folder).AvailableFreeSpace > RoomNeeded;

    private static void DeleteIfAbandoned(string folder)
    {
        var processId = int.Parse(Path.GetFileName(folder)[Prefix.Length..], CultureInfo.InvariantCulture);
        if (Directory.Exists($"/proc/{processId}") && processId != Environment.ProcessId)
            return;

        try
        {
            Directory.Delete(folder, recursive: true);
        }
        // Another user's, or another run deletes it at the same moment.
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}
