using System.Runtime.CompilerServices;
using Npgsql;
using NpgsqlTypes;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Events leave a service through its table <c>outbox</c>: they are sent if, and only if, the change they tell of commits.</summary>
public static class Outbox
{
    // Transactions with something in the outbox that nobody has asked about yet. Npgsql uses one object for all transactions of a
    // connection, one after another, so that one that was rolled back may leave its mark to the next: a relay looks once too often.
    private static readonly ConditionalWeakTable<NpgsqlTransaction, object> Enqueued = [];
    private static readonly object Mark = new();

    /// <summary>
    /// Adds the messages, in one statement. They are published some milliseconds after the transaction commits if
    /// <see cref="OutboxSignal.Wake"/> is called then, otherwise within a second or so, and surely: at least once each.
    /// </summary>
    public static async Task EnqueueAsync(
        this NpgsqlTransaction tx, IReadOnlyCollection<OutboxMessage> messages, CancellationToken cancellationToken)
    {
        if (messages.Count == 0)
            return;

        await using var insert = new NpgsqlCommand(
            """
            insert into outbox (message_id, exchange, type, body, trace_parent)
            select * from unnest($1, $2, $3, $4, $5)
            """,
            tx.Connection, tx)
        {
            Parameters =
            {
                new() { Value = messages.Select(message => message.MessageId).ToArray() },
                new() { Value = messages.Select(message => message.Exchange).ToArray() },
                new() { Value = messages.Select(message => message.Type).ToArray() },
                new()
                {
                    Value = messages.Select(message => message.Body).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Jsonb,
                },
                new()
                {
                    Value = messages.Select(message => message.TraceParent).ToArray(),
                    NpgsqlDbType = NpgsqlDbType.Array | NpgsqlDbType.Text,
                },
            },
        };
        await insert.ExecuteNonQueryAsync(cancellationToken);
        Enqueued.TryAdd(tx, Mark);
    }

    /// <summary>Whether the transaction has enqueued anything; asked for the second time, it has not.</summary>
    internal static bool ForgetEnqueued(this NpgsqlTransaction tx) => Enqueued.Remove(tx);
}
