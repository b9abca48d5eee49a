using System.Globalization;
using System.Text;
using RabbitMQ.Client;

namespace GoCart.Operator.DeadLetters;

/// <summary>Reads what the broker and the sender wrote on a message.</summary>
internal static class DeadLetterReader
{
    private static readonly UTF8Encoding StrictUtf8 = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    public static DeadLetter Read(string queue, BasicGetResult message)
    {
        var properties = message.BasicProperties;
        var headers = properties.Headers ?? new Dictionary<string, object?>();
        var death = FirstDeath(headers);
        return new(
            queue, properties.MessageId, properties.Type,
            Reason: Text(Find(death, "reason") ?? Find(headers, "x-first-death-reason")),
            DiedAt: Find(death, "time") is AmqpTimestamp time
                ? DateTimeOffset.FromUnixTimeSeconds(time.UnixTime)
                : null,
            headers.ToDictionary(header => header.Key, header => Text(header.Value) ?? ""),
            Body(message.Body.Span));
    }

    /// <summary>How often the message was handed out and came back; quorum queues count it.</summary>
    public static long TimesLookedAt(BasicGetResult message) =>
        Find(message.BasicProperties.Headers, "x-delivery-count") switch
        {
            long count => count,
            int count => count,
            _ => 0,
        };

    private static IDictionary<string, object?>? FirstDeath(IDictionary<string, object?> headers) =>
        Find(headers, "x-death") is IList<object?> and [IDictionary<string, object?> death, ..] ? death : null;

    private static object? Find(IDictionary<string, object?>? table, string name) =>
        table is not null && table.TryGetValue(name, out var value) ? value : null;

    private static string? Text(object? value) => value switch
    {
        null => null,
        byte[] bytes => Body(bytes),
        AmqpTimestamp time => DateTimeOffset.FromUnixTimeSeconds(time.UnixTime).ToString("O", CultureInfo.InvariantCulture),
        IDictionary<string, object?> table => $"{{{string.Join(", ", table.Select(entry => $"{entry.Key}: {Text(entry.Value)}"))}}}",
        IList<object?> list => $"[{string.Join(", ", list.Select(Text))}]",
        _ => Convert.ToString(value, CultureInfo.InvariantCulture),
    };

    private static string Body(ReadOnlySpan<byte> bytes)
    {
        try
        {
            return StrictUtf8.GetString(bytes);
        }
        catch (DecoderFallbackException)
        {
            return Convert.ToBase64String(bytes);
        }
    }
}
