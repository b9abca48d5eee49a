using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using GoCart.AppHost.Local;

namespace GoCart.AppHost.Starting;

/// <summary>The folder with everything the store keeps; used by one store at a time.</summary>
internal sealed class DataFolder : IDisposable
{
    private const string LockFile = "lock";

    /// <summary>errno EWOULDBLOCK: somebody else has the lock.</summary>
    private const int WouldBlock = 11;

    /// <summary>All that a store puts there: nothing else is ever deleted.</summary>
    private static readonly string[] OwnNames =
    [
        LockFile, "logs", "postgres", "rabbitmq", "passwords.json", "passwords.json.new", "operator.json",
        "signing-key.pem", "signing-key.pem.new", "signing-key.pem.lock",
    ];

    private const UnixFileMode OwnerOnly = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    /// <summary>The servers' own users, where root hands them to those, pass through to their folders and see nothing else.</summary>
    private const UnixFileMode Passable = OwnerOnly | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    private readonly FileStream _hold;

    private DataFolder(string path, FileStream hold)
    {
        Path = path;
        _hold = hold;
        Passwords = Passwords.In(File("passwords.json"));
    }

    public string Path { get; }

    public Passwords Passwords { get; }

    /// <summary>Where PostgreSQL and RabbitMQ have their folders: here, or where their own users can get to.</summary>
    public string Servers => ServersFolder(Path);

    /// <summary>The folder of the server's data: PostgreSQL and RabbitMQ each have one.</summary>
    public string ServerFolder(string server) => System.IO.Path.Combine(Servers, server);

    public string File(string name) => System.IO.Path.Combine(Path, name);

    /// <summary>A new log file; the last few stay beside it.</summary>
    public string BeginLog(string name) =>
        LogFile.Begin(System.IO.Path.Combine(PrivateFolder.Create(File("logs"), owner: null), name + ".log"));

    /// <summary>The folder asked for, or .gocart in the repository that we are in.</summary>
    public static string Locate(string? asked)
    {
        if (asked is not null)
            return System.IO.Path.GetFullPath(asked);

        var repository = RepositoryAbove(Directory.GetCurrentDirectory()) ?? RepositoryAbove(AppContext.BaseDirectory);
        return System.IO.Path.Combine(repository ?? Directory.GetCurrentDirectory(), ".gocart");
    }

    /// <exception cref="ServerFailedException">Another store uses it, or it is somebody else's, or no store's at all.</exception>
    public static DataFolder Open(string path)
    {
        try
        {
            Directory.CreateDirectory(path, Environment.IsPrivilegedProcess ? Passable : OwnerOnly);
            RefuseOtherPeoplesFiles(path);
            return new DataFolder(path, Hold(path));
        }
        catch (UnauthorizedAccessException e)
        {
            throw new ServerFailedException(
                $"{e.Message} The folder belongs to another user: choose one of your own with --data.");
        }
        catch (IOException e)
        {
            throw new ServerFailedException($"{path} cannot be used: {e.Message}");
        }
    }

    /// <summary>Deletes what the store has kept, but the hold on it and what others have put there.</summary>
    public void Clear()
    {
        foreach (var path in OwnNames.Where(name => name != LockFile).Select(File))
        {
            if (Directory.Exists(path))
                Directory.Delete(path, recursive: true);
            else
                System.IO.File.Delete(path);
        }

        Passwords.Forget();
    }

    public void Dispose() => _hold.Dispose();

    /// <summary>A folder that is not empty was a store's before, or --reset would one day delete what is not ours.</summary>
    private static void RefuseOtherPeoplesFiles(string path)
    {
        if (System.IO.File.Exists(System.IO.Path.Combine(path, LockFile)))
            return;

        if (Directory.EnumerateFileSystemEntries(path).Select(System.IO.Path.GetFileName).Except(OwnNames).FirstOrDefault() is { } name)
        {
            throw new ServerFailedException(
                $"{path} is not the folder of a store: there is {name} in it. Choose an empty or a new one with --data.");
        }
    }

    /// <summary>An open file with a lock, which the kernel lets go of however we end.</summary>
    private static FileStream Hold(string path)
    {
        var file = System.IO.Path.Combine(path, LockFile);
        try
        {
            var hold = new FileStream(file, new FileStreamOptions
            {
                Mode = FileMode.OpenOrCreate,
                Access = FileAccess.ReadWrite,
                Share = FileShare.None,
                UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
            });
            hold.SetLength(0);
            hold.Write(Encoding.ASCII.GetBytes(Environment.ProcessId.ToString(CultureInfo.InvariantCulture)));
            hold.Flush();
            return hold;
        }
        catch (IOException e) when (e.HResult == WouldBlock)
        {
            throw new ServerFailedException(
                $"A store is already running from {path} (process {Tool.Output("cat", file)}). Stop it with Ctrl-C or SIGTERM, "
                + "or start a second one with --data and --port-offset.");
        }
    }

    private static string? RepositoryAbove(string folder)
    {
        for (var candidate = new DirectoryInfo(folder); candidate is not null; candidate = candidate.Parent)
        {
            if (System.IO.File.Exists(System.IO.Path.Combine(candidate.FullName, "GoCart.slnx")))
                return candidate.FullName;
        }

        return null;
    }

    /// <summary>
    /// Inside the data folder, if the servers can get there: run by root they have users of their own, and root's home,
    /// where a repository may well lie, is closed to others. Then it is a folder of the system's, one a data folder.
    /// </summary>
    private static string ServersFolder(string path)
    {
        if (!Environment.IsPrivilegedProcess)
            return path;

        for (var folder = new DirectoryInfo(path); folder is not null; folder = folder.Parent)
        {
            if ((folder.UnixFileMode & UnixFileMode.OtherExecute) == 0)
            {
                var hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(path)));
                return System.IO.Path.Combine("/var/lib/gocart", hash[..12]);
            }
        }

        return path;
    }
}
