using System.Collections.Concurrent;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>A store whose gateway and services tell how they read each request.</summary>
public sealed class ReadingStore(LocalServers servers) : StoreFixture(servers)
{
    internal ConcurrentQueue<Reading> AtGateway { get; } = new();

    internal ConcurrentQueue<Reading> AtServices { get; } = new();

    protected override void Configure(string service, IServiceCollection services)
    {
        var recorder = service == "gateway"
            ? new ReadingRecorder(AtGateway, _ => true, isGateway: true)
            // The gateway sets it on everything that it sends on; calls between services have none.
            : new ReadingRecorder(AtServices, request => request.Headers.ContainsKey("X-Forwarded-Host"), isGateway: false);
        services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter>(recorder));
    }
}
