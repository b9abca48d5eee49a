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
        return addresses.Length > 0 && addresses.All(address => Uri.TryCreate(address, UriKind.Absolute, out _))
            ? [.. addresses.Select(address => new Uri(address))]
            : throw new InvalidOperationException(
                $"Set Services:{serviceName} to the address of the service, such as http://127.0.0.1:8081; copies are separated by commas.");
    }
}
