using System.Net;
using Microsoft.Extensions.Configuration;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Reads a list of addresses and networks from the settings.</summary>
public static class Networks
{
    /// <returns>Empty when none is named.</returns>
    /// <exception cref="InvalidOperationException">One is neither an address nor a network.</exception>
    public static IPNetwork[] Read(IConfiguration configuration, string setting) =>
    [
        .. configuration.GetSection(setting).GetChildren().Select(entry => entry.Value)
            .Where(text => !string.IsNullOrWhiteSpace(text))
            .Select(text => Parse(setting, text!)), // the blank ones were left out
    ];

    internal static IPNetwork Parse(string setting, string text)
    {
        if (IPNetwork.TryParse(text, out var network))
            return network;
        if (IPAddress.TryParse(text, out var address))
            return new IPNetwork(address, address.GetAddressBytes().Length * 8);
        throw new InvalidOperationException($"{setting}: {text} is neither an address nor a network such as 10.0.0.0/8.");
    }
}
