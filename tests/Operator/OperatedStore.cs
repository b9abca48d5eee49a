using System.Net;
using System.Text.Json;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Operator;
using GoCart.Operator.Audit;
using GoCart.Tests.Cli;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Operator;

/// <summary>A store with an operator: the settings of gocart's commands, as an object and as a file.</summary>
public class OperatedStore(LocalServers servers) : StoreFixture(servers)
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("gocart-operator-");
    private OperatorSettings? _settings;

    public OperatorSettings OperatorSettings => _settings ?? throw new InvalidOperationException("The store has not been started.");

    public string SettingsPath => Path.Combine(_folder.FullName, "operator.json");

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        _settings = await ReadOperatorSettingsAsync();
        await File.WriteAllTextAsync(SettingsPath, JsonSerializer.Serialize(_settings, Json.Tolerant));
    }

    /// <summary>A fixture with another broker than the run's own overrides it.</summary>
    protected virtual Task<OperatorSettings> ReadOperatorSettingsAsync() => Servers.OperatorSettingsOfAsync(Databases, VirtualHost);

    public Task<AuditReport> AuditAsync(bool settled = false) => AuditAsync(new AuditOptions { Settled = settled });

    public Task<AuditReport> AuditAsync(AuditOptions options) =>
        Auditor.RunAsync(OperatorSettings, options, TimeProvider.System, TestContext.Current.CancellationToken);

    /// <summary>Runs gocart with the store's settings.</summary>
    public Task<CliResult> RunAsync(string line, string input = "") => RunAsync(line, input, TestContext.Current.CancellationToken);

    /// <inheritdoc cref="RunAsync(string, string)"/>
    public async Task<CliResult> RunAsync(string line, string input, CancellationToken stop)
    {
        using var terminal = new TestTerminal(Gateway.Address) { Stop = stop };
        terminal.Variables[OperatorSettings.Variable] = SettingsPath;
        return await terminal.RunWithInputAsync(input, line.Split(' '));
    }

    /// <summary>A new customer buys one product, and waits until its stock is reserved or rejected.</summary>
    public async Task<OrderResponse> OrderAsync(Guid productId, int quantity = 1) =>
        await OrderAsync(await Clients.CustomerAsync(), productId, quantity);

    public static async Task<OrderResponse> OrderAsync(StoreUser customer, Guid productId, int quantity = 1, string? key = null)
    {
        using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = productId, quantity });
        Assert.Equal(HttpStatusCode.Created, added.StatusCode);

        using var request = new HttpRequestMessage(HttpMethod.Post, "/api/orders");
        request.Headers.Add("Prefer", "wait=10");
        if (key is not null)
            request.Headers.Add("Idempotency-Key", key);
        using var placed = await customer.Http.SendAsync(request);
        return await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
    }

    public static async Task CancelAsync(StoreUser customer, Guid orderId)
    {
        using var cancelled = await customer.Http.DeleteAsync(new Uri($"/api/orders/{orderId}", UriKind.Relative));
        Assert.Equal(HttpStatusCode.OK, cancelled.StatusCode);
    }

    /// <summary>Waits until no event is under way.</summary>
    public Task SettleAsync() => Eventually.AssertAsync(async () => Assert.Empty((await AuditAsync(settled: true)).Violations));

    public override async ValueTask DisposeAsync()
    {
        await base.DisposeAsync();
        _folder.Delete(recursive: true);
        GC.SuppressFinalize(this);
    }
}
