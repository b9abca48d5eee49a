using System.Globalization;
using System.Text;
using System.Text.Json;
using GoCart.Cli;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Operator;
using GoCart.Operator.DeadLetters;
using GoCart.Tests.Infrastructure;
using RabbitMQ.Client;

namespace GoCart.Tests.Operator;

public sealed class DeadLetterTests(OperatedStore store) : IClassFixture<OperatedStore>
{
    private const string Products = "products.order.cancelled";
    private const string Carts = "carts.order.created";
    private const string Orders = "orders.stock.rejected";

    [Fact]
    public async Task Poison_is_listed_and_shown_with_its_reason_and_stays_however_often_it_is_looked_at()
    {
        var messageId = Guid.NewGuid().ToString();
        await PublishAsync(OrderCancelled.Type, messageId, "this is no JSON \u001b[31m");
        await CountsAsync(Products, 1);

        for (var look = 0; look < 25; look++)
        {
            var letter = Assert.Single(await ShowAsync(Products));
            Assert.Equal(messageId, letter.GetProperty("message_id").GetString());
        }

        var shown = (await store.RunAsync($"dead-letters show {Products}")).Succeeded();
        Assert.Contains(messageId, shown.Out, StringComparison.Ordinal);
        Assert.Contains("rejected", shown.Out, StringComparison.Ordinal);
        Assert.Contains("this is no JSON", shown.Out, StringComparison.Ordinal);
        Assert.DoesNotContain('\u001b', shown.Out);
        await CountsAsync(Products, 1);

        // Replayed it fails again and comes back: nothing is lost.
        (await store.RunAsync($"dead-letters replay {Products} --all")).Succeeded();
        await CountsAsync(Products, 1);
        Assert.Single(await ShowAsync(Products));
    }

    [Fact]
    public async Task What_failed_for_a_reason_that_is_gone_is_handled_when_it_is_replayed()
    {
        var product = await store.CreateProductAsync();
        var customer = await store.Clients.CustomerAsync();
        using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = product.Id, quantity = 1 });
        var cart = await CartAsync(customer);
        var order = new OrderCreated(
            Guid.NewGuid(), customer.Id, cart.Id ?? default, cart.Version, [new(product.Id, 1)], 1999, "USD", DateTimeOffset.UnixEpoch);
        var (messageId, other) = (Guid.NewGuid().ToString(), Guid.NewGuid().ToString());

        await StoreFixture.ScalarAsync<int>(
            store.Databases.Carts, $"alter table ordered_carts add constraint broken check (order_id <> '{order.OrderId}')");
        await PublishAsync(OrderCreated.Type, messageId, JsonSerializer.Serialize(order, Contracts.Json.Tolerant), Carts);
        await PublishAsync(OrderCreated.Type, other, "poison", Carts);
        await CountsAsync(Carts, 2);
        await StoreFixture.ScalarAsync<int>(store.Databases.Carts, "alter table ordered_carts drop constraint broken");

        var replayed = await store.RunAsync($"dead-letters replay {Carts} {messageId}");

        Assert.Contains("Replayed: 1.", replayed.Succeeded().Error, StringComparison.Ordinal);
        await Eventually.AssertAsync(async () => Assert.Empty((await CartAsync(customer)).Items));
        await CountsAsync(Carts, 1);
        Assert.Equal(other, Assert.Single(await ShowAsync(Carts)).GetProperty("message_id").GetString());
        (await store.RunAsync($"dead-letters replay {Carts} --all")).Succeeded();
    }

    [Fact]
    public async Task Looking_for_one_message_again_and_again_keeps_the_others_from_being_dropped()
    {
        await PublishAsync(StockRejected.Type, Guid.NewGuid().ToString(), "poison", Orders);
        await CountsAsync(Orders, 1);

        for (var look = 0; look < 25; look++)
            Assert.Equal(ExitCode.NotFound, (await store.RunAsync($"dead-letters replay {Orders} {Guid.NewGuid()}")).ExitCode);

        // A broker from 4.0 on drops a message that has come back more than 20 times.
        var letter = Assert.Single(await ShowAsync(Orders));
        Assert.InRange(int.Parse(letter.GetProperty("headers").GetProperty("x-delivery-count").GetString()!, CultureInfo.InvariantCulture), 1, 11);
        (await store.RunAsync($"dead-letters replay {Orders} --all")).Succeeded();
        await CountsAsync(Orders, 1);
    }

    [Fact]
    public async Task A_broker_that_breaks_off_is_a_sentence()
    {
        await using var proxy = new TcpProxy(store.OperatorSettings.BrokerAddress.Port);
        var address = new UriBuilder(store.OperatorSettings.BrokerAddress) { Host = "127.0.0.1", Port = proxy.Port };
        var settings = store.OperatorSettings with { Broker = address.Uri.OriginalString };
        await using var queues = await DeadLetterQueues.ConnectAsync(settings, TestContext.Current.CancellationToken);

        proxy.Refuse();

        await Assert.ThrowsAsync<OperatorException>(() => queues.ShowAsync(Products, 1, TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<OperatorException>(() => DeadLetterQueues.ConnectAsync(settings, TestContext.Current.CancellationToken));
    }

    [Theory]
    [InlineData("dead-letters show nobody.knows", ExitCode.NotFound)]
    [InlineData("dead-letters replay nobody.knows --all", ExitCode.NotFound)]
    [InlineData("dead-letters replay orders.stock.reserved 0199c0de-0000-7000-8000-000000000000", ExitCode.NotFound)]
    [InlineData("dead-letters replay orders.stock.reserved", ExitCode.Usage)]
    [InlineData("dead-letters replay orders.stock.reserved some-id --all", ExitCode.Usage)]
    [InlineData("dead-letters show orders.stock.reserved --limit 0", ExitCode.Usage)]
    [InlineData("dead-letters show orders.stock.reserved", ExitCode.Ok)]
    [InlineData("dead-letters replay orders.stock.reserved --all", ExitCode.Ok)]
    public async Task The_exit_code_says_what_was_wrong(string line, int exitCode) =>
        Assert.Equal(exitCode, (await store.RunAsync(line)).ExitCode);

    [Fact]
    public async Task The_list_has_every_queue_of_every_service()
    {
        var listed = (await store.RunAsync("dead-letters list")).Succeeded();

        Assert.All(
            ["products.order.created", "products.order.cancelled", "carts.order.created", "orders.stock.reserved", "orders.stock.rejected"],
            queue => Assert.Contains(queue, listed.Out, StringComparison.Ordinal));
    }

    private Task CountsAsync(string queue, int count) => Eventually.AssertAsync(async () =>
    {
        var list = JsonDocument.Parse((await store.RunAsync("dead-letters list --output json")).Succeeded().Out);
        var found = list.RootElement.EnumerateArray().Single(entry => entry.GetProperty("name").GetString() == queue);
        Assert.Equal(count, found.GetProperty("count").GetInt64());
    });

    private async Task<List<JsonElement>> ShowAsync(string queue)
    {
        var shown = (await store.RunAsync($"dead-letters show {queue} --output json")).Succeeded();
        return [.. JsonDocument.Parse(shown.Out).RootElement.EnumerateArray()];
    }

    private static async Task<CartResponse> CartAsync(StoreUser customer)
    {
        using var response = await customer.Http.GetAsync(new Uri("/api/cart", UriKind.Relative));
        return await response.ReadAsync<CartResponse>();
    }

    /// <param name="queue">Straight to it; null for all that are bound to the event.</param>
    private async Task PublishAsync(string type, string messageId, string body, string? queue = null)
    {
        await using var connection = await new ConnectionFactory { Uri = new(store.VirtualHost.Administrator) }.CreateConnectionAsync();
        await using var channel = await connection.CreateChannelAsync(
            new(publisherConfirmationsEnabled: true, publisherConfirmationTrackingEnabled: true));
        var properties = new BasicProperties { MessageId = messageId, Type = type, Persistent = true };
        await channel.BasicPublishAsync(
            queue is null ? OrderCreated.Exchange : "", queue ?? type, mandatory: true, properties, Encoding.UTF8.GetBytes(body));
    }
}
