using System.Security.Cryptography;
using GoCart.AppHost.Local;
using GoCart.Bench.Store;
using Npgsql;

namespace GoCart.Bench.Shops;

/// <summary>
/// A peer on this machine, with its database in the same PostgreSQL as ours. Its packages, its build and a dump of its filled
/// database are kept in artifacts/peers, so that only the first time takes minutes.
/// </summary>
internal sealed class PeerShop(Peer peer, BenchStore store, Action<string> say) : IAsyncDisposable
{
    private const int Products = 1000;

    private static readonly TimeSpan LongLimit = TimeSpan.FromMinutes(20);
    private static readonly TimeSpan StartLimit = TimeSpan.FromMinutes(3);

    private readonly int _port = Ports.Free();
    private readonly string _secret = Convert.ToHexString(RandomNumberGenerator.GetBytes(16));
    private readonly List<ChildProcess> _servers = [];

    public string Folder { get; } = Path.Combine(Repository.Folder, "artifacts", "peers", peer.Folder);

    public Uri Address => new($"http://127.0.0.1:{_port}");

    public IEnumerable<int> ProcessIds => _servers.Select(server => server.Id);

    private string Dump => Path.Combine(Folder, "filled.dump");

    private string Home => Path.Combine(Folder, peer.Home);

    /// <summary>Returns when it serves.</summary>
    public async Task StartAsync(CancellationToken cancellationToken)
    {
        CopyFiles();
        if (!File.Exists(Dump))
            await SetUpAsync(cancellationToken);
        await store.ExecuteAsync("postgres", $"drop database if exists {peer.Database} with (force)");
        await store.ExecuteAsync("postgres", $"create database {peer.Database}");
        await PostgresToolAsync("pg_restore", ["--no-owner", $"--dbname={peer.Database}", Dump], cancellationToken);
        await store.ExecuteAsync(peer.Database, "vacuum analyze");
        await ServeAsync(Settings(), cancellationToken);
    }

    /// <summary>What a command of node gets that works with it.</summary>
    public Dictionary<string, string?> Settings() => new()
    {
        ["NODE_ENV"] = "production",
        ["BASE"] = Address.OriginalString,
        ["PORT"] = $"{_port}",
        ["DATABASE_URL"] = DatabaseUrl(),
        ["PEER_SECRET"] = _secret,
        ["MEDUSA_DISABLE_TELEMETRY"] = "1",
    };

    public async ValueTask DisposeAsync()
    {
        foreach (var server in _servers)
            await server.StopAsync(Signal.Kill, TimeSpan.Zero);
        _servers.Clear();
    }

    /// <summary>From bench/peers to where it is built and run.</summary>
    private void CopyFiles()
    {
        Directory.CreateDirectory(Folder);
        var sources = Path.Combine(Repository.Folder, "bench", "peers");
        foreach (var file in Directory.EnumerateFiles(Path.Combine(sources, peer.Folder), "*", SearchOption.AllDirectories)
            .Append(Path.Combine(sources, "lib.mjs")))
        {
            var target = file.StartsWith(Path.Combine(sources, peer.Folder) + '/', StringComparison.Ordinal)
                ? Path.GetRelativePath(Path.Combine(sources, peer.Folder), file)
                : Path.GetFileName(file);
            Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, target))!); // below our own folder
            File.Copy(file, Path.Combine(Folder, target), overwrite: true);
        }
    }

    /// <summary>From its packages to a dump of the database with everything in it.</summary>
    private async Task SetUpAsync(CancellationToken cancellationToken)
    {
        say($"{peer.Name}: installing and building, which takes minutes the first time.");
        var building = Settings();
        building["NODE_ENV"] = "development";
        // What is installed already, in these versions, is so for good: a set-up that failed later goes on here.
        var locked = await File.ReadAllTextAsync(Path.Combine(Folder, "package-lock.json"), cancellationToken);
        var stamp = Path.Combine(Folder, "node_modules", "installed.json");
        if (!File.Exists(stamp) || await File.ReadAllTextAsync(stamp, cancellationToken) != locked)
        {
            // In the versions that are locked, too. npm 11's ci wants packages of other platforms in the file, which it leaves out itself.
            await RunAsync(
                Folder, building, ["npm", "install", "--no-save", "--no-audit", "--no-fund", "--loglevel=error"], cancellationToken);
            await File.WriteAllTextAsync(stamp, locked, cancellationToken);
        }
        await RunAsync(Folder, building, peer.Build, cancellationToken);

        say($"{peer.Name}: filling its database.");
        await store.ExecuteAsync("postgres", $"drop database if exists {peer.Database} with (force)");
        await store.ExecuteAsync("postgres", $"create database {peer.Database}");
        var filling = Settings();
        filling["PRODUCTS"] = $"{Products}";
        filling["SEEDING"] = "1";
        foreach (var command in peer.Schema)
            await RunAsync(Home, filling, command, cancellationToken);
        await ServeAsync(filling, cancellationToken);
        await RunAsync(Folder, filling, ["node", "seed.mjs"], cancellationToken);
        await WaitUntilSettledAsync(cancellationToken);
        await DisposeAsync();
        await PostgresToolAsync("pg_dump", ["--format=custom", $"--file={Dump}", peer.Database], cancellationToken);
    }

    private async Task ServeAsync(Dictionary<string, string?> settings, CancellationToken cancellationToken)
    {
        foreach (var command in peer.Servers)
            _servers.Add(await ChildProcess.StartAsync(Command(Home, settings, command)));

        using var http = new HttpClient { Timeout = TimeSpan.FromSeconds(10) };
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(StartLimit);
        await Wait.UntilAsync(IsReadyAsync, TimeSpan.FromMilliseconds(100), limit.Token);

        async Task<bool> IsReadyAsync()
        {
            if (_servers.FirstOrDefault(server => server.Exited.IsCompleted) is { } ended)
                throw ServerFailedException.From(ended, "did not start");
            try
            {
                using var answer = await http.GetAsync(new Uri(Address, "health"), limit.Token);
                return answer.IsSuccessStatusCode;
            }
            // Nobody listens yet, or it had too much to do to answer.
            catch (Exception e) when (e is HttpRequestException or TaskCanceledException && !limit.IsCancellationRequested)
            {
                return false;
            }
        }
    }

    private async Task WaitUntilSettledAsync(CancellationToken cancellationToken)
    {
        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(LongLimit);
        await using var db = NpgsqlDataSource.Create(store.ConnectionString(peer.Database) + ";Pooling=false");
        await Wait.UntilAsync(async () =>
        {
            await using var command = db.CreateCommand(peer.Settled);
            return await command.ExecuteScalarAsync(limit.Token) is true;
        }, TimeSpan.FromSeconds(1), limit.Token);
    }

    private string DatabaseUrl()
    {
        var connection = new NpgsqlConnectionStringBuilder(store.ConnectionString(peer.Database));
        return $"postgres://{connection.Username}:{Uri.EscapeDataString(connection.Password ?? "")}@127.0.0.1:{connection.Port}/{peer.Database}";
    }

    private Task PostgresToolAsync(string tool, string[] arguments, CancellationToken cancellationToken)
    {
        var programs = PostgresPrograms.Find() ?? throw new InvalidOperationException("PostgreSQL is not installed.");
        var connection = new NpgsqlConnectionStringBuilder(store.ConnectionString(peer.Database));
        var settings = new Dictionary<string, string?>
        {
            ["PGHOST"] = "127.0.0.1",
            ["PGPORT"] = $"{connection.Port}",
            ["PGUSER"] = connection.Username,
            ["PGPASSWORD"] = connection.Password,
        };
        return RunAsync(Folder, settings, [Path.Combine(programs.Folder, tool), .. arguments], cancellationToken);
    }

    private async Task RunAsync(
        string folder, Dictionary<string, string?> settings, string[] words, CancellationToken cancellationToken)
    {
        var child = await ChildProcess.StartAsync(Command(folder, settings, words));
        try
        {
            if (await child.Exited.WaitAsync(LongLimit, cancellationToken) is not 0)
                throw ServerFailedException.From(child, "failed");
        }
        finally
        {
            child.Send(Signal.Kill);
        }
    }

    private ChildCommand Command(string folder, Dictionary<string, string?> settings, string[] words) =>
        new($"{peer.Name}: {words[0]} {words.ElementAtOrDefault(1)}", words[0], [.. words.Skip(1).Select(Fill)])
        {
            LogFile = Path.Combine(Folder, "log"),
            WorkingDirectory = folder,
            Environment = settings,
        };

    private string Fill(string word) => word
        .Replace(Peer.Port, $"{_port}", StringComparison.Ordinal)
        .Replace(Peer.Secret, _secret, StringComparison.Ordinal);
}
