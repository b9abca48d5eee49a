using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>Outside development a store answers to names of its own: not to every name there is, nor to one from a manual.</summary>
public static class PublicNames
{
    /// <summary>Of RFC 2606 and RFC 6761: they belong to nobody, or to everybody.</summary>
    private static readonly string[] Reserved = ["example", "example.com", "example.net", "example.org", "test", "invalid"];

    /// <exception cref="InvalidOperationException"><c>AllowedHosts</c> has a name that is none of the store's.</exception>
    internal static void RefuseIn(IHostEnvironment environment, IConfiguration configuration)
    {
        foreach (var name in (configuration["AllowedHosts"] ?? "").Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!environment.IsDevelopment() && (name is "*" or "+" or "0.0.0.0" or "[::]" || IsReserved(name)))
                throw new InvalidOperationException($"Set AllowedHosts to your store's own host names: {name} is a wildcard or a reserved example name.");
        }
    }

    /// <param name="host">A name, perhaps with <c>*.</c> before it or a port after it.</param>
    public static bool IsReserved(string host)
    {
        var name = host.Split(':')[0].TrimEnd('.');
        return Reserved.Any(reserved => name.Equals(reserved, StringComparison.OrdinalIgnoreCase)
            || name.EndsWith($".{reserved}", StringComparison.OrdinalIgnoreCase));
    }
}
