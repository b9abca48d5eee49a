using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>The messages a queue's handler has handled: one row each, written in the transaction of their effect.</summary>
internal static class Inbox
{
    // Much less than a request would wait: whoever meets a lock is tried again later, and those behind it need not wait for that.
    private const string WaitForLocksBriefly = "set local lock_timeout = '500ms'";

    /// <summary>
    /// The first round trip of a batch: adds the messages and returns those that were not there. Another copy of the service
    /// that has the same message open is waited for, so exactly one of the two sees it as new.
    /// </summary>
    public static async Task<HashSet<Guid>> BeginInboxAsync(
        this NpgsqlTransaction tx, string queue, IEnumerable<Guid> messageIds, CancellationToken cancellationToken)
    {
        await using var begin = new NpgsqlBatch(tx.Connection, tx)
        {
            BatchCommands =
            {
                new(WaitForLocksBriefly),
                new(
                    """
                    insert into inbox (queue, message_id)
                    select $1, message_id from unnest($2) as message_id
                    on conflict do nothing
                    returning message_id
                    """)
                {
                    Parameters =
                    {
                        new() { Value = queue },
                        // Sorted: two copies with the same messages wait for each other, and never in a circle.
                        new() { Value = messageIds.Order().ToArray() },
                    },
                },
            },
        };

        await using var reader = await begin.ExecuteReaderAsync(cancellationToken);
        var added = new HashSet<Guid>();

        while (await reader.ReadAsync(cancellationToken))
            added.Add(reader.GetGuid(0));

        return added;
    }

    /// <summary>Deletes some of the rows older than that; 0 when there are none left.</summary>
    public static async Task<int> RemoveOldAsync(
        NpgsqlDataSource db, TimeSpan age, int limit, CancellationToken cancellationToken)
    {
        await using var delete = db.CreateCommand(
            "delete from inbox where ctid = any(array(select ctid from inbox where received_at < now() - $1 limit $2))");
        delete.Parameters.Add(new() { Value = age });
        delete.Parameters.Add(new() { Value = limit });
        return await delete.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Whether the database answers, and has the table.</summary>
    public static async Task<bool> AnswersAsync(NpgsqlDataSource db)
    {
        try
        {
            await using var probe = db.CreateCommand("select from inbox limit 1");
            await probe.ExecuteNonQueryAsync().WaitAsync(TimeSpan.FromSeconds(3));
            return true;
        }
        catch (Exception e) when (e is NpgsqlException or TimeoutException or IOException)
        {
            return false;
        }
    }
}
