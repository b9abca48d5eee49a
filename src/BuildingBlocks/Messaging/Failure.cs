using System.Net.Sockets;
using Npgsql;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>What a failed batch says about its messages.</summary>
internal enum Failure
{
    /// <summary>Nothing: the database is away, or not as it should be (no disk, no such table). Every message would fail.</summary>
    Database,

    /// <summary>Too slow: of the database or of the messages.</summary>
    Timeout,

    /// <summary>They met others at work on the same rows; again later they may pass. One by one they are less in the way.</summary>
    Contention,

    /// <summary>One of them cannot be handled, as far as is known.</summary>
    Message,
}

internal static class Failures
{
    public static Failure KindOf(Exception error) => error switch
    {
        PostgresException e => KindOf(e.SqlState),
        NpgsqlException { InnerException: TimeoutException } or TimeoutException or OperationCanceledException => Failure.Timeout,
        NpgsqlException or SocketException or IOException => Failure.Database,
        _ => Failure.Message,
    };

    // Classes: https://www.postgresql.org/docs/15/errcodes-appendix.html
    private static Failure KindOf(string sqlState) => sqlState switch
    {
        "55P03" => Failure.Contention, // A lock was not to be had in time.
        "57014" => Failure.Timeout, // Cancelled, by statement_timeout or by an operator.
        "55000" or "55006" => Failure.Contention, // Not in a fitting state; in use.
        ['4', '0', ..] => Failure.Contention, // Deadlock, serialization.
        // Not connected, no such user or database, resources, operator, system and internal errors; and 25, read only:
        // a standby. 42: a table or a right that is not there is the migrations' fault, not the message's.
        ['0', '8', ..] or ['2', '5', ..] or ['2', '8', ..] or ['3', 'D', ..] or ['4', '2', ..] or ['5', '3', ..]
            or ['5', '7', ..] or ['5', '8', ..] or ['X', 'X', ..] => Failure.Database,
        _ => Failure.Message,
    };
}
