using System.Collections.Concurrent;
using System.Globalization;
using GoCart.AppHost;
using GoCart.Faults.Checks;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Faults.Store;

/// <summary>The lines between the processes of a store: each goes through a proxy of ours.</summary>
internal sealed class Lines : IAsyncDisposable
{
    public const string Database = "database";
    public const string Broker = "broker";

    private const string Standby = "standby";

    private readonly ConcurrentDictionary<(string From, string To), TcpProxy> _lines = new();

    /// <summary>What goes over the lines to products.</summary>
    public RepeatedRequests Requests { get; } = new();

    /// <summary>From one copy of a service to another, to <see cref="Database"/> or to <see cref="Broker"/>.</summary>
    public TcpProxy Between(string from, string to) => _lines[(from, to)];

    /// <summary>From every copy of a service.</summary>
    public IReadOnlyList<TcpProxy> BetweenCopies(string service, string to) =>
    [
        .. _lines.Where(line => line.Key.To == to && (line.Key.From == service || line.Key.From.StartsWith($"{service}-", StringComparison.Ordinal)))
            .Select(line => line.Value),
    ];

    public IReadOnlyList<TcpProxy> To(string to) => [.. _lines.Where(line => line.Key.To == to).Select(line => line.Value)];

    /// <summary>The settings of a copy with its lines instead of the true addresses.</summary>
    public Dictionary<string, string?> Rewire(ServiceCopy copy, StoreLayout layout, Dictionary<string, string?> settings)
    {
        if (settings.TryGetValue("ConnectionStrings__Database", out var database))
        {
            var connection = new NpgsqlConnectionStringBuilder(database);
            connection.Host = string.Join(',', connection.Host!.Split(',').Select((host, index) => // ours have one
            {
                var port = host.Contains(':', StringComparison.Ordinal) ? int.Parse(host.Split(':')[1], CultureInfo.InvariantCulture) : connection.Port;
                return $"127.0.0.1:{PortOf(copy.Name, index == 0 ? Database : Standby, port)}";
            }));
            settings["ConnectionStrings__Database"] = connection.ConnectionString;
        }

        if (settings.TryGetValue("ConnectionStrings__Broker", out var broker) && broker is not null)
        {
            var nodes = broker.Split(',');
            settings["ConnectionStrings__Broker"] = string.Join(',', nodes.Select((node, index) =>
            {
                var address = new UriBuilder(node);
                address.Port = PortOf(copy.Name, nodes.Length == 1 ? Broker : $"{Broker} node {index + 1}", address.Port);
                return address.Uri.ToString();
            }));
        }

        foreach (var others in layout.Copies.Where(other => other.Service != StoreLayout.Gateway).GroupBy(other => other.Service))
        {
            var setting = $"Services__{char.ToUpperInvariant(others.Key[0])}{others.Key[1..]}";
            settings[setting] = string.Join(
                ',', others.Select(other => $"http://127.0.0.1:{PortOf(copy.Name, other.Name, other.Port)}"));
        }

        return settings;
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var line in _lines.Values)
        {
            line.Resume();
            await line.DisposeAsync();
        }
    }

    private int PortOf(string from, string to, int target) =>
        _lines.GetOrAdd((from, to), line =>
        {
            var proxy = new TcpProxy(target);
            if (to.StartsWith("products", StringComparison.Ordinal))
                proxy.Listen = () => Requests.ListenTo(line.GetHashCode());
            return proxy;
        }).Port;
}
