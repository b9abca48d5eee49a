using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.HttpOverrides;

namespace GoCart.Gateway;

internal static class TrustedProxies
{
    private const string Setting = $"{GatewayOptions.Section}:TrustedProxies";

    /// <summary>
    /// Believes <c>X-Forwarded-For</c> and <c>X-Forwarded-Proto</c> from the addresses and networks in
    /// <c>Gateway:TrustedProxies</c>, and from nobody else: anybody can write a header.
    /// </summary>
    public static void UseTrustedProxies(this WebApplication app)
    {
        var trusted = Read(app.Configuration);
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
            options.KnownIPNetworks.Add(network);
        app.UseForwardedHeaders(options);
    }

    /// <exception cref="InvalidOperationException">One is neither an address nor a network.</exception>
    public static System.Net.IPNetwork[] Read(IConfiguration configuration) => Networks.Read(configuration, Setting);
}
