using GoCart.BuildingBlocks.Auth;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Net.Http.Headers;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Calls from one service to another, whose addresses <see cref="ServiceAddresses"/> reads.</summary>
public static class ServiceClient
{
    /// <summary>The longest a call may take, all of an operation's calls together: the caller sets one deadline for them.</summary>
    public static readonly TimeSpan Timeout = TimeSpan.FromSeconds(2);

    /// <summary>Registers <typeparamref name="TClient"/>, which takes an <see cref="HttpClient"/>, as a singleton.</summary>
    /// <param name="serviceName">Users, Products, Carts or Orders.</param>
    public static void AddServiceClient<TClient>(this IServiceCollection services, string serviceName) where TClient : class
    {
        services.AddSingleton(new CalledService(serviceName));
        services.AddSingleton(provider =>
        {
            var addresses = ServiceAddresses.Read(provider.GetRequiredService<IConfiguration>(), serviceName);
#pragma warning disable CA2000 // The client owns the handlers and lives as long as the process.
            var connections = new SocketsHttpHandler
            {
                // Nothing has been sent by then, so a write, too, still has time for the next copy.
                ConnectTimeout = ServiceAddressHandler.Patience,
                PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30),
                PooledConnectionLifetime = TimeSpan.FromMinutes(5),
                MaxConnectionsPerServer = 64,
                UseCookies = false,
                UseProxy = false,
                AllowAutoRedirect = false,
            };
            if (provider.GetRequiredService<InternalTls>().ForClient() is { } tls)
                connections.SslOptions = tls;
            var handler = new ServiceAddressHandler(addresses, provider.GetRequiredService<TimeProvider>()) { InnerHandler = connections };
#pragma warning restore CA2000
            var client = new HttpClient(handler) { BaseAddress = addresses[0], Timeout = Timeout };
            return ActivatorUtilities.CreateInstance<TClient>(provider, client);
        });
    }

    /// <summary>A request in the name of a user: the other service verifies the same token again.</summary>
    public static HttpRequestMessage RequestFor(CurrentUser user, HttpMethod method, string pathAndQuery)
    {
        var request = new HttpRequestMessage(method, new Uri(pathAndQuery, UriKind.Relative));
        // As it is: the token was verified, and a header that is parsed is written anew at each request.
        request.Headers.TryAddWithoutValidation(HeaderNames.Authorization, user.Authorization);
        return request;
    }
}
