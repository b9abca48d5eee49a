using System.Net;
using System.Net.Sockets;
using System.Reflection;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Where a request to a service comes from: the client's address as the gateway saw it, for a handler that takes it.</summary>
/// <param name="Value">Of IPv4 never in its form for IPv6.</param>
public sealed record ClientAddress(IPAddress Value) : IBindableFromHttpContext<ClientAddress>
{
    /// <summary>What the gateway sets, to one address, whatever the client had written there.</summary>
    public const string Header = "X-Forwarded-For";

    /// <summary>
    /// What counts as one client: of IPv6 the /56, for everybody has as many addresses as they like, and a provider gives a
    /// household no less than that (RFC 6177).
    /// </summary>
    public IPAddress Network => NetworkOf(Value);

    public bool IsLoopback => IPAddress.IsLoopback(Value);

    public static ValueTask<ClientAddress?> BindAsync(HttpContext context, ParameterInfo parameter) =>
        ValueTask.FromResult<ClientAddress?>(Of(context));

    public static ClientAddress Of(HttpContext context)
    {
        var peer = Plain(context.Connection.RemoteIpAddress ?? IPAddress.None);
        var gateways = context.RequestServices.GetRequiredService<TrustedGateways>();
        return new(
            context.Request.Headers[Header] is [{ } text] && gateways.Contains(peer) && IPAddress.TryParse(text, out var client)
                ? Plain(client)
                : peer);
    }

    /// <inheritdoc cref="Network"/>
    public static IPAddress NetworkOf(IPAddress address)
    {
        address = Plain(address);
        if (address.AddressFamily != AddressFamily.InterNetworkV6 || IPAddress.IsLoopback(address))
            return address;

        var bytes = address.GetAddressBytes();
        bytes.AsSpan(7).Clear();
        return new IPAddress(bytes);
    }

    public override string ToString() => Value.ToString();

    private static IPAddress Plain(IPAddress address) => address.IsIPv4MappedToIPv6 ? address.MapToIPv4() : address;
}

/// <summary>
/// Who may say where a request comes from: the networks in <c>Http:TrustedGateways</c>, by default this machine and the private
/// networks (RFC 1918, RFC 4193), in which gateway and services are by themselves.
/// </summary>
internal sealed class TrustedGateways
{
    private const string Setting = "Http:TrustedGateways";

    private static readonly string[] Default = ["127.0.0.0/8", "::1", "10.0.0.0/8", "172.16.0.0/12", "192.168.0.0/16", "fc00::/7"];

    private readonly IPNetwork[] _networks;

    /// <exception cref="InvalidOperationException">One is neither an address nor a network.</exception>
    public TrustedGateways(IConfiguration configuration) => _networks = Networks.Read(configuration, Setting) is { Length: > 0 } networks
        ? networks
        : [.. Default.Select(text => Networks.Parse(Setting, text))];

    public bool Contains(IPAddress address) => _networks.Any(network => network.Contains(address));
}
