namespace GoCart.AppHost;

/// <summary>One running copy of a service.</summary>
/// <param name="Number">0 for the first.</param>
internal sealed record ServiceCopy(string Service, int Number, int Port)
{
    public string Name => Number == 0 ? Service : $"{Service}-{Number + 1}";

    public Uri Address => new($"http://127.0.0.1:{Port}");
}

/// <summary>What listens where.</summary>
/// <param name="portOffset">Added to every port, so that a second store can run beside the first.</param>
internal sealed class StoreLayout(Replicas replicas, int portOffset)
{
    public const string Gateway = "gateway";

    /// <summary>In the order of their ports.</summary>
    public static readonly IReadOnlyList<string> Services = [Gateway, "users", "products", "carts", "orders"];

    private const int FirstServicePort = 8080;
    private const int BetweenCopies = 100;

    public int PostgresPort => 5433 + portOffset;

    public int RabbitPort => 5672 + portOffset;

    public int ManagementPort => 15672 + portOffset;

    public IReadOnlyList<ServiceCopy> Copies { get; } =
    [
        .. from service in Services.Index()
           from number in Enumerable.Range(0, replicas.Of(service.Item))
           select new ServiceCopy(
               service.Item, number, FirstServicePort + service.Index + BetweenCopies * number + portOffset),
    ];

    public Uri GatewayAddress => Copies[0].Address;

    public IEnumerable<int> ServicePorts => Copies.Select(copy => copy.Port);

    public IEnumerable<int> ServerPorts => [PostgresPort, RabbitPort, ManagementPort];

    /// <summary>The service's name as projects and settings have it: Orders for orders.</summary>
    public static string ProjectOf(string service) => char.ToUpperInvariant(service[0]) + service[1..];

    /// <summary>All copies of a service, as the others' setting Services:Orders has them.</summary>
    public string AddressesOf(string service) =>
        string.Join(',', from copy in Copies where copy.Service == service select copy.Address.OriginalString);
}
