using System.Security.Cryptography;
using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>The users service as a process of its own, for what happens when it starts and when it dies.</summary>
internal sealed class UsersProcess : IAsyncDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly ChildProcess _process;

    private UsersProcess(ChildProcess process, Uri address)
    {
        _process = process;
        Address = address;
    }

    public Uri Address { get; }

    public string Output => File.ReadAllText(_process.Command.LogFile);

    /// <param name="environment">Development or Production.</param>
    public static async Task<UsersProcess> StartAsync(
        string folder, string environment, TestDatabase database, params (string Name, string Value)[] settings)
    {
        var address = new Uri($"http://127.0.0.1:{Ports.Free()}");
        var command = new ChildCommand("users", "dotnet", ServiceProcess.Path("users"), "serve")
        {
            LogFile = Path.Combine(folder, $"users-{Guid.NewGuid():N}.log"),
            WorkingDirectory = folder,
            Environment = new Dictionary<string, string?>
            {
                ["DOTNET_ENVIRONMENT"] = environment,
                ["ASPNETCORE_ENVIRONMENT"] = environment,
                ["Urls"] = address.ToString(),
                ["ConnectionStrings__Database"] = database.Service,
                // It is not asked for what it needs them for.
                ["Services__Products"] = "http://127.0.0.1:9",
                ["Services__Carts"] = "http://127.0.0.1:9",
                ["Services__Orders"] = "http://127.0.0.1:9",
                ["Paging__Key"] = Convert.ToBase64String(RandomNumberGenerator.GetBytes(32)),
            }
            .Concat(settings.Select(setting => KeyValuePair.Create(setting.Name, (string?)setting.Value)))
            .GroupBy(setting => setting.Key).ToDictionary(same => same.Key, same => same.Last().Value),
        };
        return new(await ChildProcess.StartAsync(command), address);
    }

    /// <summary>Ends with the exit code.</summary>
    public Task<int> ExitAsync() => _process.Exited.WaitAsync(Patience);

    public async Task WaitUntilReadyAsync()
    {
        using var http = new HttpClient { BaseAddress = Address };
        await Eventually.AssertAsync(
            async () =>
            {
                if (_process.Exited.IsCompleted)
                    Assert.Fail(Output);
                using var health = await http.GetAsync(new Uri("/health", UriKind.Relative));
                Assert.True(health.IsSuccessStatusCode, await health.Content.ReadAsStringAsync());
            },
            Patience);
    }

    public async ValueTask DisposeAsync() => await _process.StopAsync(Signal.Kill, Patience);
}
