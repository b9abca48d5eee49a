using System.Net.Sockets;
using Yarp.ReverseProxy.Forwarder;

namespace GoCart.Gateway.Proxy;

/// <summary>Tells a request that no copy has seen from one that may have arrived.</summary>
internal static class NeverSent
{
    public static bool WasNeverSent(this IForwarderErrorFeature failure) => failure switch
    {
        { Error: ForwarderError.Request, Exception: HttpRequestException e } =>
            e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError or HttpRequestError.SecureConnectionError,
        // .NET lets it through as it is when the other side closes a connection in the moment it is made.
        { Error: ForwarderError.Request, Exception: SocketException } => true,
        // The time to connect ended, as it does where nobody even refuses. YARP calls every end of time the same; only this
        // one has a cause.
        { Error: ForwarderError.RequestTimedOut, Exception.InnerException: TimeoutException } => true,
        _ => false,
    };
}
