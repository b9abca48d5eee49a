using System.Text.Json;
using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;
using RabbitMQ.Client;
using RabbitMQ.Client.Exceptions;

namespace GoCart.Tests.Security;

/// <summary>A service's user of the broker speaks for that service only, and hears only what is meant for it.</summary>
public sealed class BrokerRightsTests(LocalServers servers) : IAsyncLifetime
{
    private const string Page = "docs/security.md";
    private const ushort AccessRefused = 403;

    private static readonly Dictionary<string, string[]> Events = new()
    {
        ["orders"] = ["order.created", "order.cancelled"],
        ["stock"] = ["stock.reserved", "stock.rejected"],
    };

    private TestVirtualHost? _virtualHost;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => [.. RabbitDefinitions.Services];

    public async ValueTask InitializeAsync() => _virtualHost = await servers.CreateVirtualHostAsync(Cancelled);

    [Fact]
    public async Task The_users_and_their_rights_are_those_of_the_page()
    {
        using var definitions = JsonDocument.Parse(RabbitDefinitions.Json(_ => "any"));
        var permissions = definitions.RootElement.GetProperty("permissions").EnumerateArray().Select(
            permission => Row(permission, "user", "configure", "write", "read"));
        var topics = definitions.RootElement.GetProperty("topic_permissions").EnumerateArray().Select(
            topic => Row(topic, "user", "exchange", "write", "read"));

        Assert.Equal(permissions, await RowsAsync("### Rights to exchanges and queues"));
        Assert.Equal(topics, await RowsAsync("### Rights to events"));
    }

    [Theory]
    [InlineData("products", "stock.reserved", "stock.rejected")]
    [InlineData("carts")]
    [InlineData("orders", "order.created", "order.cancelled")]
    public async Task A_service_publishes_its_own_events_and_no_others(string service, params string[] own)
    {
        foreach (var (exchange, types) in Events)
        {
            foreach (var type in (string[])[.. types, "order.paid", "stock.taken", ""])
                Assert.Equal(own.Contains(type), await MayAsync(service, channel => PublishAsync(channel, exchange, type)));
        }
    }

    [Theory]
    [InlineData("products", "order.created", "order.cancelled")]
    [InlineData("carts", "order.created")]
    [InlineData("orders", "stock.reserved", "stock.rejected")]
    public async Task A_service_hears_the_events_it_handles_and_no_others(string service, params string[] handled)
    {
        var queue = $"{service}.listening";
        Assert.True(await MayAsync(service, channel => channel.QueueDeclareAsync(
            queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancelled)));

        foreach (var (exchange, types) in Events)
        {
            foreach (var type in (string[])[.. types, "#", "*.*"])
            {
                Assert.Equal(handled.Contains(type), await MayAsync(
                    service, channel => channel.QueueBindAsync(queue, exchange, type, cancellationToken: Cancelled)));
            }
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task The_queues_of_another_service_are_closed_to_a_service(string service)
    {
        foreach (var other in RabbitDefinitions.Services.Where(name => name != service))
        {
            var queue = $"{other}.private";
            Assert.True(await MayAsync(other, channel => channel.QueueDeclareAsync(
                queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancelled)));

            Assert.False(await MayAsync(service, channel => channel.QueueDeclareAsync(
                queue, durable: true, exclusive: false, autoDelete: false, cancellationToken: Cancelled)));
            Assert.False(await MayAsync(service, channel => channel.BasicGetAsync(queue, autoAck: true, Cancelled)));
            Assert.False(await MayAsync(service, channel => channel.QueuePurgeAsync(queue, Cancelled)));
            Assert.False(await MayAsync(service, channel => channel.QueueDeleteAsync(queue, cancellationToken: Cancelled)));
            // The default exchange leads to every queue by its name.
            Assert.False(await MayAsync(service, channel => PublishAsync(channel, "", queue)));
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_cannot_take_the_exchanges_from_the_others(string service)
    {
        foreach (var (exchange, type) in RabbitDefinitions.Exchanges)
        {
            Assert.True(await MayAsync(service, channel => channel.ExchangeDeclarePassiveAsync(exchange, Cancelled)));
            Assert.False(await MayAsync(service, channel => channel.ExchangeDeleteAsync(exchange, cancellationToken: Cancelled)));
            Assert.False(await MayAsync(service, channel => channel.ExchangeDeclareAsync(exchange, type, durable: true, cancellationToken: Cancelled)));
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_makes_no_exchanges_or_queues_but_those_of_its_events(string service)
    {
        Assert.False(await MayAsync(service, channel => channel.ExchangeDeclareAsync("mine", ExchangeType.Fanout, cancellationToken: Cancelled)));
        Assert.False(await MayAsync(service, channel => channel.QueueDeclareAsync("mine", cancellationToken: Cancelled)));
    }

    public async ValueTask DisposeAsync()
    {
        if (_virtualHost is not null)
            await _virtualHost.DisposeAsync();
    }

    /// <summary>Waits for the confirm: a publish that is refused closes the channel a moment later.</summary>
    private static async Task PublishAsync(IChannel channel, string exchange, string type) =>
        await channel.BasicPublishAsync(exchange, type, mandatory: false, body: default);

    /// <summary>On a channel of its own, because the broker closes the one on which something is refused.</summary>
    private async Task<bool> MayAsync(string service, Func<IChannel, Task> act)
    {
        await using var connection = await ConnectAsync(AddressOf(service));
        await using var channel = await connection.CreateChannelAsync(
            new CreateChannelOptions(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true), Cancelled);
        try
        {
            await act(channel).WaitAsync(TimeSpan.FromSeconds(10), Cancelled);
            return true;
        }
        catch (OperationInterruptedException e)
        {
            Assert.Equal(AccessRefused, e.ShutdownReason?.ReplyCode);
            return false;
        }
    }

    private string AddressOf(string service) => service switch
    {
        "products" => _virtualHost!.Products, // made before every test
        "carts" => _virtualHost!.Carts,
        "orders" => _virtualHost!.Orders,
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "It uses no broker."),
    };

    private static Task<IConnection> ConnectAsync(string address) =>
        new ConnectionFactory { Uri = new Uri(address) }.CreateConnectionAsync(Cancelled);

    private static string Row(JsonElement definition, params string[] columns) =>
        string.Join(" | ", columns.Select(column => definition.GetProperty(column).GetString()));

    private static async Task<IEnumerable<string>> RowsAsync(string heading) =>
        (await MarkdownTable.ReadAsync(Page, heading)).Select(row => string.Join(" | ", row));
}
