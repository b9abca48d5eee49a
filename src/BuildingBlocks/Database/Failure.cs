using System.Net.Sockets;
using Npgsql;

namespace GoCart.BuildingBlocks.Database;

/// <summary>What an error says about the work that met it: a request, or a batch of messages.</summary>
internal enum Failure
{
    /// <summary>Says nothing about this work: the database is away or broken (disk full, missing table), and all work would fail.</summary>
    Database,

    /// <summary>Work that takes too long, or a database that is away: asking the database tells.</summary>
    Unclear,

    /// <summary>It met others at work on the same rows; again later it may pass. Messages one by one are less in the way.</summary>
    Contention,

    /// <summary>This work cannot be done, as far as is known.</summary>
    Work,
}

internal static class Failures
{
    public static Failure KindOf(Exception error) => error switch
    {
        PostgresException e => KindOf(e.SqlState),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException or OperationCanceledException => Failure.Unclear,
        NpgsqlException or SocketException or IOException => Failure.Database,
        _ => Failure.Work,
    };

    /// <summary>All connections are in use: this process is busy, and the database may be well. Npgsql has no type for it.</summary>
    public static bool IsPoolExhausted(this NpgsqlException error) =>
        error.Message.StartsWith("The connection pool has been exhausted", StringComparison.Ordinal);

    // Classes: https://www.postgresql.org/docs/15/errcodes-appendix.html
    private static Failure KindOf(string sqlState) => sqlState switch
    {
        "55P03" => Failure.Contention, // A lock was not to be had in time.
        "57014" or "55000" or "55006" => Failure.Unclear, // Cancelled by a time limit or an operator; not in a fitting state.
        ['4', '0', ..] => Failure.Contention, // Deadlock, serialization.
        // Not connected, no such user or database, resources, operator, system and internal errors; and 25, read only:
        // a standby. 42: a table or a right that is not there is the migrations' fault, not the work's.
        ['0', '8', ..] or ['2', '5', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['4', '2', ..] or ['5', '3', ..]
            or ['5', '7', ..] or ['5', '8', ..] or ['X', 'X', ..] => Failure.Database,
        _ => Failure.Work,
    };
}
