using System.Diagnostics;
using System.Text;
using System.Text.Json;
using GoCart.Contracts;
using RabbitMQ.Client;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Reads messages: tolerant of what it does not know, strict about what it needs.</summary>
internal static class EventReader
{
    /// <summary>Thirty times the largest event a GoCart service sends.</summary>
    public const int LargestBody = 256 * 1024;

    private static readonly JsonSerializerOptions Options = new(Json.Complete) { AllowDuplicateProperties = false };

    /// <exception cref="RefusedMessageException">Not JSON, or not this event: a field is missing, null or impossible.</exception>
    public static TEvent Read<TEvent>(ReadOnlySpan<byte> body)
        where TEvent : class, IEvent
    {
        if (body.Length > LargestBody)
            throw new RefusedMessageException($"The body has {body.Length} bytes, more than {LargestBody}.");

        TEvent? @event;

        try
        {
            @event = JsonSerializer.Deserialize<TEvent>(body, Options);
        }
        // The other three: texts and numbers that are well-formed JSON, and nothing else.
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            throw new RefusedMessageException($"The body is no {TEvent.Type}.", e);
        }

        if (@event is null)
            throw new RefusedMessageException("The body is null.");

        if (@event.FindFault() is { } fault)
            throw new RefusedMessageException(fault);

        return @event;
    }

    /// <exception cref="RefusedMessageException">It has no message id by which a repeat could be known.</exception>
    public static Guid ReadMessageId(IReadOnlyBasicProperties properties) =>
        Guid.TryParseExact(properties.MessageId, "D", out var id) && id != Guid.Empty
            ? id
            : throw new RefusedMessageException("The message has no message id, or one that is no UUID.");

    /// <exception cref="RefusedMessageException">It is of another type than the queue is for.</exception>
    public static void CheckType(IReadOnlyBasicProperties properties, string type)
    {
        if (properties.Type != type)
            throw new RefusedMessageException($"The message is not of type {type}.");
    }

    /// <summary>The message's trace context; null if it has none that can be read.</summary>
    public static string? ReadTraceParent(IReadOnlyBasicProperties properties) =>
        properties.Headers is { } headers
        && headers.TryGetValue("traceparent", out var value)
        && value is byte[] { Length: <= 100 } bytes
        && Encoding.ASCII.GetString(bytes) is var traceParent
        && ActivityContext.TryParse(traceParent, traceState: null, out _)
            ? traceParent
            : null;
}
