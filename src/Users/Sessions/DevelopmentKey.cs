using System.Diagnostics;
using System.Security.Cryptography;
using GoCart.BuildingBlocks.Auth;

namespace GoCart.Users.Sessions;

/// <summary>A signing key that makes itself, so that the store starts without any preparation on a developer's machine.</summary>
internal static class DevelopmentKey
{
    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite;
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(5);

    public static bool IsIn(string pem) => pem.Contains(SigningKeyFile.DevelopmentMark, StringComparison.Ordinal);

    /// <summary>Of several copies that start at once, one makes the key and all use it.</summary>
    public static void CreateIfMissing(string path)
    {
        if (File.Exists(path))
            return;

        var folder = Path.GetDirectoryName(Path.GetFullPath(path)) ?? throw new InvalidOperationException($"{path} is no file.");
        Directory.CreateDirectory(folder);
        using var gate = EnterGate(path + ".lock");
        if (File.Exists(path))
            return;

        // Written aside and then renamed: nobody ever reads half a key.
        var draft = path + ".new";
        File.Delete(draft);
        using (var file = new FileStream(draft, OwnersFile(FileMode.CreateNew)))
        using (var writer = new StreamWriter(file))
        using (var key = ECDsa.Create(ECCurve.NamedCurves.nistP256))
        {
            writer.WriteLine(SigningKeyFile.DevelopmentMark);
            writer.WriteLine(key.ExportPkcs8PrivateKeyPem());
        }
        File.Move(draft, path);
    }

    /// <summary>The operating system lets one process have the file open like this, and closes it if the process dies.</summary>
    private static FileStream EnterGate(string path)
    {
        // A span of waiting: the wall clock, which may be set meanwhile, has no part in it.
        var waiting = Stopwatch.StartNew();
        while (true)
        {
            try
            {
                return new FileStream(path, OwnersFile(FileMode.OpenOrCreate));
            }
            catch (IOException) when (waiting.Elapsed < Patience)
            {
                Thread.Sleep(10);
            }
        }
    }

    private static FileStreamOptions OwnersFile(FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.Write, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = OwnerOnly;
        return options;
    }
}
