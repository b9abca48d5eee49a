using GoCart.BuildingBlocks.Http;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;
using Yarp.ReverseProxy.LoadBalancing;

namespace GoCart.Gateway.Proxy;

/// <summary>Gives each cluster of appsettings.json the copies that <c>Services:NAME</c> names, and the rules that hold for all.</summary>
internal sealed class ServiceDestinations(IConfiguration configuration) : IProxyConfigFilter
{
    // Read here and not when YARP asks: it would wrap our sentence about a wrong setting in three of its own.
    private readonly Dictionary<string, Dictionary<string, DestinationConfig>> _destinations = configuration
        .GetSection("ReverseProxy:Clusters").GetChildren()
        .ToDictionary(cluster => cluster.Key, cluster => DestinationsOf(cluster.Key, configuration));

    public ValueTask<ClusterConfig> ConfigureClusterAsync(ClusterConfig cluster, CancellationToken cancel) =>
        ValueTask.FromResult(cluster with
        {
            Destinations = _destinations[cluster.ClusterId],
            LoadBalancingPolicy = LoadBalancingPolicies.PowerOfTwoChoices,
            HealthCheck = new HealthCheckConfig
            {
                // When no copy seems well, all are tried: a service that has just come back answers at once.
                AvailableDestinationsPolicy = HealthCheckConstants.AvailableDestinations.HealthyOrPanic,
                Active = new ActiveHealthCheckConfig
                {
                    Enabled = true,
                    Path = "/health",
                    Interval = TimeSpan.FromSeconds(1),
                    Timeout = TimeSpan.FromSeconds(1),
                    Policy = TwoFailuresPolicy.PolicyName,
                },
                Passive = new PassiveHealthCheckConfig
                {
                    Enabled = true,
                    Policy = ConnectionFailurePolicy.PolicyName,
                    ReactivationPeriod = TimeSpan.FromSeconds(2),
                },
            },
            HttpRequest = new ForwarderRequestConfig
            {
                Version = System.Net.HttpVersion.Version11,
                VersionPolicy = HttpVersionPolicy.RequestVersionExact,
                // The deadline of the whole request is shorter; see ProxySetup.cs and the routes.
                ActivityTimeout = TimeSpan.FromSeconds(20),
            },
        });

    public ValueTask<RouteConfig> ConfigureRouteAsync(RouteConfig route, ClusterConfig? cluster, CancellationToken cancel) =>
        ValueTask.FromResult(route);

    private static Dictionary<string, DestinationConfig> DestinationsOf(string service, IConfiguration configuration) =>
        ServiceAddresses.Read(configuration, service)
            .Select(address => address.OriginalString).Distinct(StringComparer.OrdinalIgnoreCase)
            .ToDictionary(address => address, address => new DestinationConfig { Address = address });
}
