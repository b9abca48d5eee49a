using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>
/// A service's two connections. The broker stops reading from a connection that publishes while it is short of memory or
/// disk; acknowledgements, which would help it, must not be stuck behind.
/// </summary>
internal sealed class BrokerConnections(IReadOnlyList<Uri> addresses, string serviceName, ILogger<BrokerConnection> logger) : IAsyncDisposable
{
    public BrokerConnection Publishing { get; } = new($"{serviceName} relay", addresses, logger);

    public BrokerConnection Consuming { get; } = new($"{serviceName} consumers", addresses, logger);

    /// <summary>The nodes of the broker, separated by commas: one that can be reached is enough.</summary>
    /// <exception cref="InvalidOperationException">The setting is missing, no AMQP address, or has a default password.</exception>
    public static IReadOnlyList<Uri> ReadAddresses(IConfiguration configuration, IHostEnvironment environment)
    {
        var setting = configuration.GetConnectionString("Broker") ?? "";
        List<Uri> addresses = [];
        foreach (var text in setting.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries))
        {
            if (!Uri.TryCreate(text, UriKind.Absolute, out var address) || address.Scheme is not ("amqp" or "amqps"))
                throw NoAddress();

            DefaultPasswords.RefuseIn(environment, "ConnectionStrings:Broker", address);
            ClearText.RefuseIn(environment, configuration, "ConnectionStrings:Broker", address);
            addresses.Add(address);
        }
        return addresses.Count > 0 ? addresses : throw NoAddress();

        static InvalidOperationException NoAddress() => new(
            "Set ConnectionStrings:Broker to the broker's address, such as amqp://orders:password@127.0.0.1:5672/.");
    }

    public async ValueTask DisposeAsync()
    {
        await Publishing.DisposeAsync();
        await Consuming.DisposeAsync();
    }
}

/// <summary>The broker is away, or does not do what it was asked.</summary>
internal sealed class BrokerException(string message, Exception? inner = null) : Exception(message, inner);
