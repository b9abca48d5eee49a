using GoCart.BuildingBlocks.Http;
using Yarp.ReverseProxy.Forwarder;

namespace GoCart.Gateway.Proxy;

/// <summary>The connections to the services.</summary>
internal sealed class ForwarderClients(InternalTls tls) : ForwarderHttpClientFactory
{
    protected override void ConfigureHandler(ForwarderHttpClientContext context, SocketsHttpHandler handler)
    {
        base.ConfigureHandler(context, handler);
        handler.ConnectTimeout = TimeSpan.FromSeconds(1);
        handler.PooledConnectionIdleTimeout = TimeSpan.FromSeconds(30);
        if (tls.ForClient() is { } ssl)
            handler.SslOptions = ssl;
    }

    protected override HttpMessageHandler WrapHandler(ForwarderHttpClientContext context, HttpMessageHandler handler) =>
        new SendOnce { InnerHandler = base.WrapHandler(context, handler) };

    /// <summary>
    /// Keeps SocketsHttpHandler from sending a request without a body up to four times when connections break before the
    /// answer: an order might be placed more than once. It sends nothing again once it has started on a body, even an empty one.
    /// </summary>
    private sealed class SendOnce : DelegatingHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
        {
            request.Content ??= new ByteArrayContent([]);
            return base.SendAsync(request, cancellationToken);
        }
    }
}
