using System.Runtime.CompilerServices;
using Npgsql;

namespace GoCart.BuildingBlocks.Database;

/// <summary>
/// A change counts when a synchronous standby has it, too, if the database has one. PostgreSQL waits for it in the commit; but
/// whoever cancels that wait, as the time limit of every statement does, is told that the commit succeeded, with a warning. From
/// then on everybody sees a change that is gone if this database dies.
/// </summary>
/// <remarks>https://www.postgresql.org/docs/15/warm-standby.html#SYNCHRONOUS-REPLICATION-HA</remarks>
public static class Standby
{
    /// <summary>
    /// A condition that is always true. Where it is asked for a row, the statement commits only when the standby has whatever was
    /// committed before, that row included; without a standby it costs nothing.
    /// </summary>
    public const string HasItSql =
        "(current_setting('synchronous_standby_names') = '' or pg_logical_emit_message(true, 'gocart', ''::text) is not null)";

    private const string WaitSql = $"select where {HasItSql}";

    // Connections whose last commit the standby may not have. An NpgsqlConnection lives from one opening to its close.
    private static readonly ConditionalWeakTable<NpgsqlConnection, PostgresNotice> Unconfirmed = [];

    /// <summary>From here on <see cref="ThrowIfUnconfirmed"/> knows of the connection's commits.</summary>
    internal static NpgsqlConnection Watched(this NpgsqlConnection connection)
    {
        connection.Notice += Note;
        return connection;
    }

    /// <summary>To be called after every commit that somebody is told of; not needed after one by these extensions.</summary>
    /// <exception cref="StandbyAwayException">The standby may not have it.</exception>
    public static void ThrowIfUnconfirmed(this NpgsqlConnection connection)
    {
        if (!Unconfirmed.TryGetValue(connection, out var notice))
            return;
        Unconfirmed.Remove(connection);
        throw new StandbyAwayException(notice);
    }

    /// <summary>Commits, and has the standby's word for it.</summary>
    /// <inheritdoc cref="ThrowIfUnconfirmed"/>
    public static async Task CommitConfirmedAsync(this NpgsqlTransaction tx, CancellationToken cancellationToken)
    {
        var connection = tx.Connection;
        await tx.CommitAsync(cancellationToken);
        connection?.ThrowIfUnconfirmed();
    }

    /// <summary>Returns when the standby has everything that is committed now: what is found done may be known to one database only.</summary>
    /// <inheritdoc cref="ThrowIfUnconfirmed"/>
    public static Task WaitForStandbyAsync(this NpgsqlDataSource db, CancellationToken cancellationToken) =>
        db.ExecuteAsync(WaitSql, null, cancellationToken);

    /// <summary>The same when the transaction commits, also if it has written nothing.</summary>
    public static Task WaitForStandbyAtCommitAsync(this NpgsqlTransaction tx, CancellationToken cancellationToken) =>
        tx.ExecuteAsync(WaitSql, null, cancellationToken);

    private static void Note(object sender, NpgsqlNoticeEventArgs e)
    {
        // Its text is translated, the name of the function that sends it is not.
        if (e.Notice.Routine == "SyncRepWaitForLSN" && sender is NpgsqlConnection connection)
            Unconfirmed.AddOrUpdate(connection, e.Notice);
    }
}

/// <summary>A change is made, but in one of two databases, which may yet be lost: nobody may rely on it.</summary>
public sealed class StandbyAwayException : NpgsqlException
{
    internal StandbyAwayException(PostgresNotice notice)
        : base($"The standby of the database has not confirmed a change: {notice.MessageText}.")
    {
    }
}
