using GoCart.BuildingBlocks.Database;
using Npgsql;
using NpgsqlTypes;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>A message the relay has claimed.</summary>
/// <param name="Id">Grows in about the order in which the messages were written.</param>
internal sealed record OutboxRow(
    long Id, Guid MessageId, string Exchange, string Type, byte[] Body, string? TraceParent, DateTime OccurredAt);

/// <summary>The relay's statements.</summary>
/// <remarks>
/// Claims and marks commit without waiting for the disk. If a crash of the database undoes one, a message goes out twice,
/// and the consumers' inbox stops the second; nothing is lost. Where there is a synchronous standby, a claim waits for it: the
/// claimed rows are there, too, then. Otherwise an event could be out of a change that is lost with the database.
/// </remarks>
internal sealed class OutboxTable(NpgsqlDataSource db)
{
    private const string DoNotWaitForDisk = "select set_config('synchronous_commit', 'off', true)";

    private const string WaitForStandbyOnly = $"{DoNotWaitForDisk} where current_setting('synchronous_standby_names') = ''";

    /// <summary>Takes the oldest rows that are due, in their order. They are this caller's until the lease ends.</summary>
    public async Task<IReadOnlyList<OutboxRow>> ClaimAsync(int limit, TimeSpan lease, CancellationToken cancellationToken)
    {
        await using var connection = await db.ConnectAsync(cancellationToken);
        await using var batch = new NpgsqlBatch(connection)
        {
            BatchCommands =
            {
                new(WaitForStandbyOnly),
                // skip locked: another relay takes the next rows instead of waiting for these or repeating them.
                // A time further ahead than any that is set (MessagingOptions) is one of before the clock was set back.
                // The array makes the inner select run once; as a plain "in" it may be planned to run once a row.
                new(
                    """
                    update outbox set lease_until = now() + $2
                    where id = any(array(
                        select id from outbox
                        where sent_at is null
                            and (next_attempt_at <= now() or next_attempt_at > now() + interval '3 minutes')
                            and (lease_until is null or lease_until <= now() or lease_until > now() + interval '3 minutes')
                        order by id limit $1 for update skip locked))
                    returning id, message_id, exchange, type, body, trace_parent, occurred_at
                    """)
                {
                    Parameters = { new() { Value = limit }, new() { Value = lease } },
                },
            },
        };

        var rows = await ReadAsync(batch);
        try
        {
            connection.ThrowIfUnconfirmed();
        }
        catch (StandbyAwayException)
        {
            await SettleAsync(sent: [], refused: [], unknown: [.. rows.Select(row => row.Id)]);
            throw;
        }

        rows.Sort((one, other) => one.Id.CompareTo(other.Id));
        return rows;
    }

    private static async Task<List<OutboxRow>> ReadAsync(NpgsqlBatch batch)
    {
        // Not cancelled half-way: rows claimed, but not returned, would wait for the end of their lease.
        await using var reader = await batch.ExecuteReaderAsync(CancellationToken.None);
        await reader.NextResultAsync(CancellationToken.None);
        var rows = new List<OutboxRow>();

        while (await reader.ReadAsync(CancellationToken.None))
        {
            rows.Add(new(
                reader.GetInt64(0),
                reader.GetGuid(1),
                reader.GetString(2),
                reader.GetString(3),
                reader.GetFieldValue<byte[]>(4),
                await reader.IsDBNullAsync(5, CancellationToken.None) ? null : reader.GetString(5),
                reader.GetDateTime(6)));
        }
        return rows;
    }

    /// <summary>Writes down what became of claimed rows.</summary>
    /// <param name="sent">Confirmed by the broker.</param>
    /// <param name="refused">Unroutable, or not taken: tried again after 1, 2, 4 … 15 s, without holding up others.</param>
    /// <param name="unknown">Neither confirmed nor refused: free for the next claim.</param>
    public async Task SettleAsync(IReadOnlyCollection<long> sent, IReadOnlyCollection<long> refused, IReadOnlyCollection<long> unknown)
    {
        await using var connection = await db.ConnectAsync(CancellationToken.None);
        await using var batch = new NpgsqlBatch(connection) { BatchCommands = { new(DoNotWaitForDisk) } };

        Add(sent, "update outbox set sent_at = now(), lease_until = null where id = any($1)");
        Add(refused,
            """
            update outbox
            set attempts = attempts + 1, lease_until = null,
                next_attempt_at = now() + (1 + 0.2 * random()) * least(2 ^ least(attempts, 10), 15) * interval '1 second'
            where id = any($1) and sent_at is null
            """);
        Add(unknown, "update outbox set lease_until = null where id = any($1) and sent_at is null");
        await batch.ExecuteNonQueryAsync(CancellationToken.None);

        void Add(IReadOnlyCollection<long> ids, string sql)
        {
            if (ids.Count > 0)
                batch.BatchCommands.Add(new(sql) { Parameters = { new() { Value = ids.ToArray() } } });
        }
    }

    /// <summary>How many rows are not sent, counted up to 100,000, and the age of the oldest.</summary>
    public async Task<(long Count, TimeSpan Oldest)> CountUnsentAsync(CancellationToken cancellationToken)
    {
        await using var count = db.CreateCommand(
            """
            select count(*), coalesce(now() - min(occurred_at), interval '0')
            from (select occurred_at from outbox where sent_at is null order by id limit 100000) as unsent
            """);
        await using var reader = await count.ExecuteReaderAsync(cancellationToken);
        await reader.ReadAsync(cancellationToken);
        return (reader.GetInt64(0), reader.GetTimeSpan(1));
    }

    /// <summary>Deletes some of the rows sent before that age; 0 when there are none left.</summary>
    public async Task<int> RemoveSentAsync(TimeSpan age, int limit, CancellationToken cancellationToken)
    {
        await using var delete = db.CreateCommand(
            "delete from outbox where ctid = any(array(select ctid from outbox where sent_at < now() - $1 limit $2))");
        delete.Parameters.AddRange(new NpgsqlParameter[]
        {
            new() { Value = age, NpgsqlDbType = NpgsqlDbType.Interval },
            new() { Value = limit },
        });
        return await delete.ExecuteNonQueryAsync(cancellationToken);
    }
}
