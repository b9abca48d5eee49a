using System.Net;
using Microsoft.AspNetCore.HttpOverrides;
using Microsoft.Extensions.Options;

namespace GoCart.Gateway;

internal static class TrustedProxies
{
    /// <summary>
    /// Believes <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> from the addresses and networks in
    /// <c>Gateway:TrustedProxies</c>, and from nobody else: anybody can write a header.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var trusted = app.Services.GetRequiredService<IOptions<GatewayOptions>>().Value.TrustedProxies
            .Where(network => !string.IsNullOrWhiteSpace(network))
            .ToArray();
        if (trusted.Length == 0)
            return;

        var options = new ForwardedHeadersOptions
        {
            ForwardedHeaders = ForwardedHeaders.XForwardedFor | ForwardedHeaders.XForwardedProto,
            ForwardLimit = null,
        };
        options.KnownProxies.Clear();
        options.KnownIPNetworks.Clear();
        foreach (var network in trusted)
            options.KnownIPNetworks.Add(Parse(network));
        app.UseForwardedHeaders(options);
    }

    private static System.Net.IPNetwork Parse(string text)
    {
        if (System.Net.IPNetwork.TryParse(text, out var network))
            return network;
        if (IPAddress.TryParse(text, out var address))
            return new System.Net.IPNetwork(address, address.GetAddressBytes().Length * 8);
        throw new InvalidOperationException($"Gateway:TrustedProxies: {text} is neither an address nor a network such as 10.0.0.0/8.");
    }
}
