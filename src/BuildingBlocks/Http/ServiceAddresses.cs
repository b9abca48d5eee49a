using Microsoft.Extensions.Configuration;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Where the copies of a service are: <c>Services:NAME</c>, separated by commas.</summary>
public static class ServiceAddresses
{
    /// <returns>One or more.</returns>
    /// <exception cref="InvalidOperationException">There is none, or one is not an address.</exception>
    public static Uri[] Read(IConfiguration configuration, string serviceName)
    {
        var text = configuration[$"Services:{serviceName}"] ?? "";
        var addresses = text.Split(',', StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        if (InternalTls.IsSet(configuration) && addresses.Any(address => !address.StartsWith("https://", StringComparison.OrdinalIgnoreCase)))
            throw new InvalidOperationException($"Set Services:{serviceName} to addresses with https, because InternalTls is set.");
        return addresses.Length > 0 && addresses.All(IsAddress)
            ? [.. addresses.Select(address => new Uri(address))]
            : throw new InvalidOperationException(
                $"Set Services:{serviceName} to the address of the service, such as http://127.0.0.1:8081; copies are separated by commas.");
    }

    // carts:8083 alone would be read as an address whose scheme is "carts".
    private static bool IsAddress(string text) =>
        Uri.TryCreate(text, UriKind.Absolute, out var address)
        && (address.Scheme == Uri.UriSchemeHttp || address.Scheme == Uri.UriSchemeHttps);
}

/// <summary>A service that this one calls: its addresses are read before anybody needs them.</summary>
internal sealed record CalledService(string Name);
