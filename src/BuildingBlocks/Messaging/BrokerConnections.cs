using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// A service's two connections. The broker stops reading from a connection that publishes while it is short of memory or
/// disk; acknowledgements, which would help it, must not be stuck behind.
/// </summary>
internal sealed class BrokerConnections(Uri address, string serviceName, ILogger<BrokerConnection> logger) : IAsyncDisposable
{
    public BrokerConnection Publishing { get; } = new($"{serviceName} relay", address, logger);

    public BrokerConnection Consuming { get; } = new($"{serviceName} consumers", address, logger);

    /// <exception cref="InvalidOperationException">The setting is missing, no AMQP address, or has a default password.</exception>
    public static Uri ReadAddress(IConfiguration configuration, IHostEnvironment environment)
    {
        if (!Uri.TryCreate(configuration.GetConnectionString("Broker"), UriKind.Absolute, out var address)
            || address.Scheme is not ("amqp" or "amqps"))
        {
            throw new InvalidOperationException(
                "Set ConnectionStrings:Broker to the broker's address, such as amqp://orders:password@127.0.0.1:5672/.");
        }

        DefaultPasswords.RefuseIn(environment, "ConnectionStrings:Broker", address);
        return address;
    }

    public async ValueTask DisposeAsync()
    {
        await Publishing.DisposeAsync();
        await Consuming.DisposeAsync();
    }
}

/// <summary>The broker is away, or does not do what it was asked.</summary>
internal sealed class BrokerException(string message, Exception? inner = null) : Exception(message, inner);
