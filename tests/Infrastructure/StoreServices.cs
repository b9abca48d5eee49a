extern alias CartsService;
extern alias GatewayService;
extern alias OrdersService;
extern alias ProductsService;
extern alias UsersService;
using GoCart.AppHost.Local;

namespace GoCart.Tests.Infrastructure;

/// <summary>The five services of one store, on ports of their own.</summary>
internal sealed class StoreServices : IAsyncDisposable
{
    public StoreServices(
        TestDatabases databases, TestVirtualHost virtualHost, string folder, string pagingKey,
        IReadOnlyDictionary<string, string?> settings, Action<string, IServiceCollection> configure)
    {
        var scheme = settings.ContainsKey("InternalTls:CertificateFile") ? "https" : "http";
        var ports = Enumerable.Range(0, 5).Select(_ => Ports.Free()).ToArray();
        var common = new Dictionary<string, string?>(settings)
        {
            ["Paging:Key"] = pagingKey,
            ["Services:Users"] = $"{scheme}://127.0.0.1:{ports[1]}",
            ["Services:Products"] = $"{scheme}://127.0.0.1:{ports[2]}",
            ["Services:Carts"] = $"{scheme}://127.0.0.1:{ports[3]}",
            ["Services:Orders"] = $"{scheme}://127.0.0.1:{ports[4]}",
            ["Auth:SigningKeyFile"] = Path.Combine(folder, "signing-keys.pem"),
        };

        Gateway = new RunningService<GatewayService::Program>(ports[0], common, services => configure("gateway", services));
        Users = new RunningService<UsersService::Program>(
            ports[1], With(databases.Users, null), services => configure("users", services), scheme);
        Products = new RunningService<ProductsService::Program>(
            ports[2], With(databases.Products, virtualHost.Products), services => configure("products", services), scheme);
        Carts = new RunningService<CartsService::Program>(
            ports[3], With(databases.Carts, virtualHost.Carts), services => configure("carts", services), scheme);
        Orders = new RunningService<OrdersService::Program>(
            ports[4], With(databases.Orders, virtualHost.Orders), services => configure("orders", services), scheme);

        Dictionary<string, string?> With(TestDatabase database, string? broker) => new(common)
        {
            ["ConnectionStrings:Database"] = database.Service,
            ["ConnectionStrings:Broker"] = broker,
        };
    }

    public RunningService Gateway { get; }

    public RunningService Users { get; }

    public RunningService Products { get; }

    public RunningService Carts { get; }

    public RunningService Orders { get; }

    private RunningService[] All => [Users, Products, Carts, Orders, Gateway];

    public void Start() => Parallel.ForEach(All, service => service.Start());

    public async ValueTask DisposeAsync() => await Task.WhenAll(All.Reverse().Select(service => service.StopAsync()));
}
