using System.Collections.Concurrent;
using System.Security.Cryptography;
using GoCart.AppHost;
using GoCart.AppHost.Local;
using GoCart.Operator.Audit;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Deploy;

/// <summary>
/// A store with room for two copies of each service, of one release each. All know both addresses from the beginning, as in a
/// deployment that starts the new copies where nobody answered before.
/// </summary>
internal sealed class UpgradedStore : IAsyncDisposable
{
    /// <summary>As long as a service may take to end its work.</summary>
    private static readonly TimeSpan StopLimit = TimeSpan.FromSeconds(25);

    private readonly LocalServers _servers;
    private readonly string _folder;
    private readonly TestDatabases _databases;
    private readonly TestVirtualHost _virtualHost;
    private readonly string _pagingKey = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32));
    private readonly Dictionary<(string Service, string Release), int> _ports;
    private readonly ConcurrentDictionary<(string Service, string Release), ChildProcess> _copies = new();

    private UpgradedStore(LocalServers servers, string folder, Release[] releases, TestDatabases databases, TestVirtualHost virtualHost)
    {
        (_servers, _folder, _databases, _virtualHost) = (servers, folder, databases, virtualHost);
        _ports = StoreLayout.Services
            .SelectMany(service => releases.Select(release => (service, release.Name)))
            .ToDictionary(copy => copy, _ => Ports.Free());
    }

    /// <summary>With empty databases, and no copy running.</summary>
    public static async Task<UpgradedStore> CreateAsync(LocalServers servers, string folder, params Release[] releases) => new(
        servers, Directory.CreateDirectory(folder).FullName, releases,
        await servers.CreateDatabasesAsync(), await servers.CreateVirtualHostAsync(isForPreviousRelease: true));

    public Uri AddressOf(string service, Release release) => new($"http://127.0.0.1:{_ports[(service, release.Name)]}");

    /// <summary>The migrations of that release, with its administrator.</summary>
    public async Task MigrateAsync(string service, Release release)
    {
        var migration = await RunAsync(service, release, "migrate", service == "users" ? ["migrate", "--seed"] : ["migrate"]);
        Assert.True(await migration.Exited == 0, migration.LastOutput());
    }

    /// <summary>Returns at once; it is not ready yet.</summary>
    public async Task StartAsync(string service, Release release) =>
        _copies[(service, release.Name)] = await RunAsync(service, release, "serve", ["serve"]);

    public async Task WaitUntilReadyAsync(string service, Release release)
    {
        using var http = new HttpClient { BaseAddress = AddressOf(service, release) };
        await Eventually.AssertAsync(async () =>
        {
            using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
            Assert.True(health.IsSuccessStatusCode, await health.Content.ReadAsStringAsync());
        });
    }

    /// <summary>Returns when a copy has said that it waits for its migrations; one that has all of them is ready.</summary>
    public async Task WaitUntilClosedAsync(string service, Release release)
    {
        using var http = new HttpClient { BaseAddress = AddressOf(service, release) };
        var log = _copies[(service, release.Name)].Command.LogFile;
        await Eventually.AssertAsync(async () =>
        {
            if ((await File.ReadAllTextAsync(log)).Contains("stays closed", StringComparison.Ordinal))
                return;
            using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
            Assert.True(health.IsSuccessStatusCode, await health.Content.ReadAsStringAsync());
        });
    }

    /// <summary>Asks a copy to end, which finishes what it has begun.</summary>
    public async Task StopAsync(string service, Release release)
    {
        Assert.True(_copies.TryRemove((service, release.Name), out var copy), $"No {release.Name} {service} is running.");
        Assert.True(await copy.StopAsync(Signal.Terminate, StopLimit), $"The {release.Name} {service} did not end.");
        Assert.True(await copy.Exited == 0, copy.LastOutput());
    }

    /// <summary>What the copies said of requests that they answered 503: nobody should have met one.</summary>
    public string RefusedRequests() => string.Join('\n',
        from log in Directory.GetFiles(_folder, "*.log")
        from line in File.ReadLines(log)
        where line.Contains("answered 503", StringComparison.Ordinal)
        select $"{Path.GetFileName(log)}: {line}");

    /// <summary>Waits until no event is under way and the auditor finds nothing.</summary>
    public async Task AssertSettledAsync()
    {
        var settings = await _servers.OperatorSettingsOfAsync(_databases, _virtualHost);
        await Eventually.AssertAsync(async () => Assert.Empty((await Auditor.RunAsync(
            settings, new AuditOptions { Settled = true }, TimeProvider.System, TestContext.Current.CancellationToken)).Violations));
    }

    public async ValueTask DisposeAsync()
    {
        await Task.WhenAll(_copies.Values.Select(copy => copy.StopAsync(Signal.Kill, TimeSpan.Zero)));
        await _virtualHost.DisposeAsync();
        await _databases.DisposeAsync();
    }

    private Task<ChildProcess> RunAsync(string service, Release release, string what, string[] arguments)
    {
        var program = release.PathOf(service);
        return ChildProcess.StartAsync(new ChildCommand($"the {release.Name} {service}", "dotnet", [program, .. arguments])
        {
            LogFile = LogFile.Begin(Path.Combine(_folder, $"{service}-{release.Name}-{what}.log")),
            WorkingDirectory = Path.GetDirectoryName(program)!, // a full path
            Environment = SettingsOf(service, release),
        });
    }

    private Dictionary<string, string?> SettingsOf(string service, Release release)
    {
        var settings = new Dictionary<string, string?>
        {
            ["DOTNET_ENVIRONMENT"] = "Development",
            ["ASPNETCORE_ENVIRONMENT"] = "Development",
            ["Urls"] = AddressOf(service, release).OriginalString,
            ["Paging__Key"] = _pagingKey,
            ["Auth__SigningKeyFile"] = Path.Combine(_folder, "signing-key.pem"),
            // As with Compose: who calls a copy has this long to find the other one.
            ["Hosting__DrainDelay"] = "00:00:03",
        };
        foreach (var other in StoreLayout.Services)
        {
            settings[$"Services__{StoreLayout.ProjectOf(other)}"] = string.Join(
                ',', from copy in _ports where copy.Key.Service == other select $"http://127.0.0.1:{copy.Value}");
        }

        (var database, settings["ConnectionStrings__Broker"]) = service switch
        {
            "users" => (_databases.Users, null),
            "products" => (_databases.Products, _virtualHost.Products),
            "carts" => (_databases.Carts, _virtualHost.Carts),
            "orders" => (_databases.Orders, _virtualHost.Orders),
            _ => default((TestDatabase?, string?)),
        };
        settings["ConnectionStrings__Database"] = database?.Service;
        settings["ConnectionStrings__Migrations"] = database is null ? null : database.Owner + ";Pooling=false";
        return settings;
    }
}
