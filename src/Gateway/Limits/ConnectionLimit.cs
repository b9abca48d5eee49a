using System.Collections.Concurrent;
using System.Net;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Connections;
using Microsoft.Extensions.Options;

namespace GoCart.Gateway.Limits;

/// <summary>
/// Closes connections beyond so many of one address as soon as they are made: else a single client that opens thousands and
/// says nothing would leave no place for others. Trusted proxies have as many as there are.
/// </summary>
internal sealed class ConnectionLimit(IOptions<RateLimitOptions> options, Exemption exemption, IConfiguration configuration)
{
    private readonly int _limit = options.Value.ConnectionsPerAddress;
    private readonly IPNetwork[] _proxies = TrustedProxies.Read(configuration);
    private readonly ConcurrentDictionary<IPAddress, int> _open = new();

    public async Task ServeAsync(ConnectionContext connection, ConnectionDelegate next)
    {
        if (connection.RemoteEndPoint is not IPEndPoint { Address: var address }
            || exemption.Holds(address)
            || _proxies.Any(network => network.Contains(address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address)))
        {
            await next(connection);
            return;
        }

        var client = ClientAddress.NetworkOf(address);
        try
        {
            if (_open.AddOrUpdate(client, 1, (_, count) => count + 1) <= _limit)
                await next(connection);
            else
                connection.Abort();
        }
        finally
        {
            // Leaves no entry at zero behind, unless another connection has counted since.
            if (_open.AddOrUpdate(client, 0, (_, count) => count - 1) == 0)
                _open.TryRemove(new(client, 0));
        }
    }
}

internal static class ConnectionLimitSetup
{
    public static void AddConnectionLimit(this WebApplicationBuilder builder)
    {
        builder.Services.AddSingleton<ConnectionLimit>();
        builder.WebHost.ConfigureKestrel(kestrel => kestrel.ConfigureEndpointDefaults(endpoint =>
        {
            var limit = endpoint.ApplicationServices.GetRequiredService<ConnectionLimit>();
            endpoint.Use(next => connection => limit.ServeAsync(connection, next));
        }));
    }
}
