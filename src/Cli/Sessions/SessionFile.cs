using System.Diagnostics;
using System.Text.Json;
using GoCart.Cli.Api;
using GoCart.Contracts;

namespace GoCart.Cli.Sessions;

/// <summary>Who is signed in where, kept between commands in a file that only its owner can read.</summary>
internal sealed class SessionFile(string path)
{
    private static readonly TimeSpan LockPatience = TimeSpan.FromSeconds(45);

    /// <summary>$XDG_CONFIG_HOME/gocart/session.json, or below ~/.config.</summary>
    public static string DefaultPath(Func<string, string?> variable)
    {
        var config = variable("XDG_CONFIG_HOME") is { Length: > 0 } xdg && Path.IsPathFullyQualified(xdg)
            ? xdg
            : variable("HOME") is { Length: > 0 } home
                ? Path.Combine(home, ".config")
                : Environment.GetFolderPath(Environment.SpecialFolder.ApplicationData);

        return Path.Combine(config, "gocart", "session.json");
    }

    public Session? Find(ServerAddress server) => Read().GetValueOrDefault(server.ToString());

    /// <summary>Other gocart processes wait here until the lock is disposed; only its holder can write.</summary>
    public async Task<SessionLock> LockAsync(CancellationToken cancellationToken)
    {
        CreateFolder();
        var since = Stopwatch.GetTimestamp();

        while (true)
        {
            try
            {
                // The lock is on a file of its own: session.json itself is replaced by every write.
                // The system lets go of it when its holder dies, however it dies.
                return new SessionLock(this, OpenPrivately(path + ".lock", FileMode.OpenOrCreate));
            }
            catch (IOException) when (Stopwatch.GetElapsedTime(since) < LockPatience && File.Exists(path + ".lock"))
            {
                await Task.Delay(TimeSpan.FromMilliseconds(20), cancellationToken);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                throw CannotWrite(e);
            }
        }
    }

    internal void Change(ServerAddress server, Session? session)
    {
        var sessions = Read();
        if (session is null)
            sessions.Remove(server.ToString());
        else
            sessions[server.ToString()] = session;

        try
        {
            // Written beside and renamed over: a reader sees the old file or the new one, also if we die in between.
            var fresh = path + ".new";
            File.Delete(fresh);
            using (var file = OpenPrivately(fresh, FileMode.CreateNew))
            {
                JsonSerializer.Serialize(file, sessions, Json.Tolerant);
                file.Flush(flushToDisk: true);
            }

            File.Move(fresh, path, overwrite: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(e);
        }
    }

    private Dictionary<string, Session> Read()
    {
        try
        {
            return JsonSerializer.Deserialize<Dictionary<string, Session>>(File.ReadAllBytes(path), Json.Tolerant) ?? [];
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            // A file that cannot be understood helps nobody: the next sign-in replaces it.
            return [];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new CliException(ExitCode.Failed, $"{path} cannot be read: {e.Message}");
        }
    }

    private void CreateFolder()
    {
        var folder = Path.GetDirectoryName(path)!; // not null: the path ends in a file name
        try
        {
            if (OperatingSystem.IsWindows())
                Directory.CreateDirectory(folder);
            else
                Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw CannotWrite(e);
        }
    }

    private static FileStream OpenPrivately(string file, FileMode mode)
    {
        var options = new FileStreamOptions { Mode = mode, Access = FileAccess.ReadWrite, Share = FileShare.None };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;

        return new FileStream(file, options);
    }

    private CliException CannotWrite(Exception e) => new(
        ExitCode.Failed, $"{path} cannot be written: {e.Message}", "Another folder goes into XDG_CONFIG_HOME.");
}

/// <summary>The right to change the session file.</summary>
internal sealed class SessionLock(SessionFile file, FileStream held) : IDisposable
{
    public Session? Find(ServerAddress server) => file.Find(server);

    public void Save(ServerAddress server, Session session) => file.Change(server, session);

    public void Remove(ServerAddress server) => file.Change(server, session: null);

    public void Dispose() => held.Dispose();
}
