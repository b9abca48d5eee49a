using System.Diagnostics;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Health;

namespace GoCart.Gateway.Proxy;

internal static class ProxySetup
{
    /// <summary>Routes and clusters from appsettings.json, the services' addresses from <c>Services</c>.</summary>
    public static void AddProxy(this WebApplicationBuilder builder)
    {
        var proxy = builder.Configuration.GetSection("ReverseProxy");
        builder.Services.AddReverseProxy()
            .LoadFromConfig(proxy)
            .AddConfigFilter<ServiceDestinations>()
            .AddTransforms(ForwardedHeaders.Configure);
        builder.Services.AddSingleton<DistributedContextPropagator, TraceContextOnly>();
        builder.Services.AddSingleton<IForwarderHttpClientFactory, ForwarderClients>();
        builder.Services.AddSingleton<IActiveHealthCheckPolicy, TwoFailuresPolicy>();
        builder.Services.AddSingleton<IPassiveHealthCheckPolicy, ConnectionFailurePolicy>();
        builder.Services.AddRequestTimeouts();
        builder.Services.AddOptions<RequestTimeoutOptions>().Configure<IOptions<GatewayOptions>>((timeouts, options) =>
            timeouts.DefaultPolicy = new RequestTimeoutPolicy { Timeout = options.Value.Deadline });

        foreach (var service in proxy.GetSection("Clusters").GetChildren().Select(cluster => cluster.Key))
        {
            builder.Services.AddHealthChecks().Add(new HealthCheckRegistration(
                service, provider => ActivatorUtilities.CreateInstance<ServiceHealthCheck>(provider, service), null, null));
        }
        builder.Services.AddSingleton<ServicesSeenUp>();

        // One line of ours for each request that failed; YARP adds an exception to it, and one to each probe.
        builder.Logging.AddFilter("Yarp.ReverseProxy.Forwarder", LogLevel.Error);
        builder.Logging.AddFilter("Yarp.ReverseProxy.Health.ActiveHealthCheckMonitor", LogLevel.Error);
    }
}
