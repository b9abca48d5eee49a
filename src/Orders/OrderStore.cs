using Dapper;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using Npgsql;

namespace GoCart.Orders;

internal enum Storing
{
    Stored,

    /// <summary>A rival has the idempotency key; nothing was stored.</summary>
    KeyTaken,

    /// <summary>The cart was ordered before; nothing was stored.</summary>
    OrderedBefore,
}

/// <summary>
/// Stores a new order, and knows afterwards whether it is stored, also when the database goes silent in the middle. Stored is
/// what a synchronous standby has, too, if there is one.
/// </summary>
/// <remarks>
/// Every attempt is the same statement with the same ids. The primary key lets one of them through, and makes a later one wait
/// for an earlier one that is still committing: its answer is the answer for all. When the time is up, the database itself
/// refuses to begin (<see cref="NewOrder.TryInsertAsync"/>), so that an order which was answered with 503 does not appear later.
/// </remarks>
internal sealed partial class OrderStore(NpgsqlDataSource db, TimeProvider clock, ILogger<OrderStore> logger)
{
    /// <summary>Longer than one attempt may take, and short enough for the client to wait.</summary>
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(6);

    // Clocks of two machines differ, and nobody's orders may hang on that: the deadline is by the database's. Null: not known.
    private volatile ClockDifference? _databaseClock;

    private sealed record ClockDifference(TimeSpan Ahead);

    /// <exception cref="NpgsqlException">Nothing was stored: the database is away, or refused.</exception>
    /// <exception cref="ProblemException">The time is up, and nobody knows.</exception>
    public async Task<Storing> StoreAsync(NewOrder order, IdempotencyKey? key, byte[] fingerprint)
    {
        var deadline = clock.GetUtcNow() + Limit;
        // As long as there is no connection, nothing is in doubt.
        await using (var connection = await db.ConnectAsync(CancellationToken.None))
        {
            try
            {
                return await TryStoreAsync(connection, order, key, fingerprint, deadline);
            }
            catch (NpgsqlException e) when (e.IsOutcomeUnknown())
            {
                LogOutcomeUnknown(order.Placed.Id, e.Message);
            }
        }
        try
        {
            return await db.FindOutAsync(() => StoreAgainAsync(order, key, fingerprint, deadline), deadline, clock);
        }
        catch (NpgsqlException e)
        {
            LogStillUnknown(order.Placed.Id, e.Message);
            throw new ProblemException(Problem.Unavailable(
                "Whether the order was placed is not known yet; look at your orders, or repeat with the same Idempotency-Key."));
        }
    }

    private async Task<Storing> StoreAgainAsync(NewOrder order, IdempotencyKey? key, byte[] fingerprint, DateTimeOffset deadline)
    {
        await using var connection = await db.ConnectAsync(CancellationToken.None);
        var outcome = await TryStoreAsync(connection, order, key, fingerprint, deadline);

        // What is in the way may be the first attempt.
        return outcome != Storing.Stored
            && await OrderRow.FindAsync(db, order.Placed.Id, order.Placed.UserId, CancellationToken.None) is not null
                ? Storing.Stored
                : outcome;
    }

    private async Task<Storing> TryStoreAsync(
        NpgsqlConnection connection, NewOrder order, IdempotencyKey? key, byte[] fingerprint, DateTimeOffset deadline)
    {
        try
        {
            var clocks = _databaseClock ??= DifferenceTo(await connection.QuerySingleAsync<DateTimeOffset>("select clock_timestamp()"));
            var now = await order.TryInsertAsync(connection, key, fingerprint, deadline + clocks.Ahead);
            connection.ThrowIfUnconfirmed();
            if (now is null)
                return Storing.KeyTaken;

            _databaseClock = DifferenceTo(now.Value);
            return Storing.Stored;
        }
        catch (PostgresException e) when (e.SqlState == PostgresErrorCodes.QueryCanceled)
        {
            // Perhaps too late by a clock that has been set since.
            _databaseClock = null;
            throw;
        }
        catch (PostgresException e) when (NewOrder.IsOrderedBefore(e))
        {
            return Storing.OrderedBefore;
        }
        catch (PostgresException e) when (NewOrder.IsStoredBefore(e))
        {
            return Storing.Stored;
        }
    }

    // Underestimated by the time the answer took to arrive, which can only make the deadline earlier.
    private ClockDifference DifferenceTo(DateTimeOffset database) => new(database - clock.GetUtcNow());

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether order {OrderId} was stored is unknown; it is stored again, to find out: {Reason}")]
    private partial void LogOutcomeUnknown(Guid orderId, string reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "Whether order {OrderId} was stored is still unknown; the customer was told so: {Reason}")]
    private partial void LogStillUnknown(Guid orderId, string reason);
}
