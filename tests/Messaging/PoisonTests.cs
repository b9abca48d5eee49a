using System.Text;
using System.Text.Json.Nodes;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Messaging;

public sealed class PoisonTests(LocalServers servers) : MessagingTests(servers)
{
    [Fact]
    public async Task What_can_never_be_understood_becomes_a_dead_letter_at_once_and_the_rest_is_handled()
    {
        await DeclareQueueAsync();
        await StartCopyAsync();
        (string What, Func<Task> Publish)[] poisons =
        [
            ("not JSON", () => PublishAsync("not json"u8.ToArray())),
            ("nothing", () => PublishAsync(ReadOnlyMemory<byte>.Empty)),
            ("no UTF-8", () => PublishAsync(new byte[] { 0x22, 0xff, 0xfe, 0x22 })),
            ("null", () => PublishAsync("null"u8.ToArray())),
            ("a list", () => PublishAsync("[]"u8.ToArray())),
            ("no field", () => PublishAsync("{}"u8.ToArray())),
            ("deep nesting", () => PublishAsync(Encoding.UTF8.GetBytes(new string('[', 10_000)))),
            ("a megabyte", () => PublishAsync(Encoding.UTF8.GetBytes($"\"{new string('x', 1024 * 1024)}\""))),
            ("a missing field", () => PublishAsync(Changed(order => order.Remove("total_cents")))),
            ("a null field", () => PublishAsync(Changed(order => order["items"] = null))),
            ("a null item", () => PublishAsync(Changed(order => order["items"] = new JsonArray(null, null)))),
            ("no item", () => PublishAsync(Changed(order => order["items"] = new JsonArray()))),
            ("a huge quantity", () => PublishAsync(Changed(order => order["items"]![0]!["quantity"] = 2_000_000_000))),
            ("a negative quantity", () => PublishAsync(Changed(order => order["items"]![0]!["quantity"] = -1))),
            ("a number as text", () => PublishAsync(Changed(order => order["total_cents"] = "3998"))),
            ("a broken id", () => PublishAsync(Changed(order => order["order_id"] = "17"))),
            ("half a character", () => PublishAsync("""{"currency":"\ud800"}"""u8.ToArray())),
            ("a field twice", () => PublishAsync(Encoding.UTF8.GetBytes(Text(Changed(_ => { })).Replace("{\"order_id\"", "{\"currency\":\"EUR\",\"order_id\"", StringComparison.Ordinal)))),
            ("another type", () => PublishAsync(Changed(_ => { }), properties => properties.Type = "order.cancelled")),
            ("no type", () => PublishAsync(Changed(_ => { }), properties => properties.Type = null)),
            ("no message id", () => PublishAsync(Changed(_ => { }), properties => properties.ClearMessageId())),
            ("an empty message id", () => PublishAsync(Changed(_ => { }), messageId: Guid.Empty)),
            ("a broken message id", () => PublishAsync(Changed(_ => { }), properties => properties.MessageId = "17")),
        ];

        foreach (var poison in poisons)
        {
            await PublishAsync(NewOrder());
            await poison.Publish();
        }

        await AssertHandledOnceAsync(poisons.Length, deadLetters: (uint)poisons.Length);
    }

    [Fact]
    public async Task Fields_nobody_knows_are_ignored()
    {
        await DeclareQueueAsync();
        await StartCopyAsync();

        await PublishAsync(Changed(order => order["gift_wrapped"] = true));
        await PublishAsync(Changed(order => order["items"]![0]!["colour"] = new JsonObject { ["name"] = "red" }));
        await PublishAsync(Changed(_ => { }), properties => properties.Headers = new Dictionary<string, object?> { ["traceparent"] = 17 });

        await AssertHandledOnceAsync(3);
    }

    [Fact]
    public async Task A_flood_of_messages_that_always_fail_keeps_no_other_from_its_effect()
    {
        var copy = CreateCopy();
        copy.Handler.Before = (batch, _) => batch.Any(received => received.Event.TotalCents == 666)
            ? throw new InvalidOperationException("This order cannot be handled.")
            : Task.CompletedTask;
        await DeclareQueueAsync();
        await copy.StartAsync();

        await EnqueueAsync([.. Enumerable.Range(0, 400).Select(n => OutboxMessage.From(NewOrder() with { TotalCents = n % 2 == 0 ? 666 : 1 }))]);

        await AssertHandledOnceAsync(200, deadLetters: 200);
    }

    private static byte[] Changed(Action<JsonObject> change)
    {
        // It is an object: we have just written one.
        var order = System.Text.Json.JsonSerializer.SerializeToNode(NewOrder(), Json.Tolerant)!.AsObject();
        change(order);
        return Encoding.UTF8.GetBytes(order.ToJsonString());
    }

    private static string Text(byte[] body) => Encoding.UTF8.GetString(body);
}
