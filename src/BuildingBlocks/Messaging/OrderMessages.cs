using GoCart.BuildingBlocks.Database;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>What outbox and inbox of a service know of one order, as entries of its timeline.</summary>
public static class OrderMessages
{
    /// <summary>The events about the order that the service has written, and when the broker confirmed them.</summary>
    public static async Task<ServiceTimeline> WrittenAsync(
        NpgsqlDataSource db, string service, Guid orderId, CancellationToken cancellationToken)
    {
        var rows = await db.QueryAsync<Written>(
            """
            select message_id, type, occurred_at, sent_at, attempts, trace_parent
            from outbox where body->>'order_id' = @orderId order by id
            """,
            new { orderId = orderId.ToString() }, cancellationToken);
        return new([.. rows.SelectMany(row => row.Entries(service))], [.. rows.Select(row => row.MessageId)]);
    }

    /// <summary>When the service has handled which of these messages.</summary>
    /// <param name="types">Of these events, each of which has its queue.</param>
    public static async Task<IEnumerable<TimelineEntry>> HandledAsync(
        NpgsqlDataSource db, string service, string[] types, Guid[] messageIds, CancellationToken cancellationToken)
    {
        var rows = await db.QueryAsync<Handled>(
            "select queue, received_at from inbox where queue = any(@queues) and message_id = any(@messageIds)",
            new { queues = types.Select(type => $"{service}.{type}").ToArray(), messageIds }, cancellationToken);
        return rows.Select(row => new TimelineEntry(row.ReceivedAt, service, "event_handled", row.Queue[(row.Queue.IndexOf('.', StringComparison.Ordinal) + 1)..]));
    }

    /// <summary>https://www.w3.org/TR/trace-context/: version-trace id-parent id-flags</summary>
    public static string? TraceIdOf(string? traceParent) => traceParent?.Split('-') is [_, { Length: 32 } id, ..] ? id : null;

    private sealed record Written(
        Guid MessageId, string Type, DateTimeOffset OccurredAt, DateTimeOffset? SentAt, int Attempts, string? TraceParent)
    {
        public IEnumerable<TimelineEntry> Entries(string service)
        {
            var traceId = TraceIdOf(TraceParent);
            yield return new(OccurredAt, service, "event_written", Type, TraceId: traceId);
            if (SentAt is { } sentAt)
                yield return new(sentAt, service, "event_sent", Attempts == 0 ? Type : $"{Type}, refused {Attempts} times before", TraceId: traceId);
        }
    }

    private sealed record Handled(string Queue, DateTimeOffset ReceivedAt);
}
