using System.Net;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Npgsql;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>
/// Outside development nothing leaves the machine in clear, passwords and tokens least of all, unless <c>Hosting:AllowClearText</c>
/// says that the network may be trusted: one of containers on a host, or one that encrypts by itself.
/// </summary>
internal static class ClearText
{
    private const string Setting = "Hosting:AllowClearText";

    /// <summary>Where a process listens: <c>Urls</c>, or Kestrel's own endpoints.</summary>
    /// <exception cref="InvalidOperationException">Others than this machine would reach it in clear.</exception>
    public static void RefuseToListen(IHostEnvironment environment, IConfiguration configuration)
    {
        Refuse("Urls", configuration["Urls"] ?? "");
        foreach (var endpoint in configuration.GetSection("Kestrel:Endpoints").GetChildren())
            Refuse($"{endpoint.Path}:Url", endpoint["Url"] ?? "");

        void Refuse(string setting, string urls)
        {
            foreach (var url in urls.Split(';', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                var address = BindingAddress.Parse(url);
                if (address.Scheme != Uri.UriSchemeHttps && !address.IsUnixPipe && !IsThisMachine(address.Host))
                    RefuseIn(environment, configuration, setting, "https");
            }
        }
    }

    /// <summary>Services that a process calls.</summary>
    /// <exception cref="InvalidOperationException">One is on another machine, and is called in clear.</exception>
    public static void RefuseToCall(IHostEnvironment environment, IConfiguration configuration)
    {
        foreach (var service in configuration.GetSection("Services").GetChildren())
        {
            foreach (var text in (service.Value ?? "").Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
            {
                // What is no address is for those to say that need it.
                if (Uri.TryCreate(text, UriKind.Absolute, out var address)
                    && address.Scheme == Uri.UriSchemeHttp && !IsThisMachine(address.IdnHost))
                    RefuseIn(environment, configuration, service.Path, "https");
            }
        }
    }

    /// <exception cref="InvalidOperationException">A host of the database is another machine, and TLS is left to chance.</exception>
    public static void RefuseIn(
        IHostEnvironment environment, IConfiguration configuration, string setting, NpgsqlConnectionStringBuilder connection)
    {
        if (connection.SslMode is SslMode.Require or SslMode.VerifyCA or SslMode.VerifyFull)
            return;

        foreach (var host in (connection.Host ?? "").Split(',', StringSplitOptions.TrimEntries))
        {
            if (!host.StartsWith('/') && !IsThisMachine(WithoutPort(host)))
                RefuseIn(environment, configuration, setting, "SSL Mode=VerifyFull");
        }
    }

    /// <exception cref="InvalidOperationException">The broker is on another machine, and is spoken to in clear.</exception>
    public static void RefuseIn(IHostEnvironment environment, IConfiguration configuration, string setting, Uri broker)
    {
        if (broker.Scheme != "amqps" && !IsThisMachine(broker.IdnHost))
            RefuseIn(environment, configuration, setting, "amqps");
    }

    private static void RefuseIn(IHostEnvironment environment, IConfiguration configuration, string setting, string remedy)
    {
        if (!environment.IsDevelopment() && !configuration.GetValue<bool>(Setting))
        {
            throw new InvalidOperationException(
                $"{setting} would send passwords and tokens in clear to other machines: use {remedy}, or set {Setting} to true "
                + "where nobody else can read that network.");
        }
    }

    private static string WithoutPort(string host) =>
        host.LastIndexOf(':') is > 0 and var colon && !host.EndsWith(']') ? host[..colon] : host;

    private static bool IsThisMachine(string host) =>
        string.Equals(host, "localhost", StringComparison.OrdinalIgnoreCase)
        || (IPAddress.TryParse(host.Trim('[', ']'), out var address) && IPAddress.IsLoopback(address));
}
