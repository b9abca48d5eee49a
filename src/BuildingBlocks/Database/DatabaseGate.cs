using System.Runtime.CompilerServices;
using Npgsql;

namespace GoCart.BuildingBlocks.Database;

/// <summary>
/// The way to a connection. A database that says nothing (frozen, or behind a dead line) is asked by one connection of each
/// process until it answers, and not by every request that comes: hundreds of attempts that nobody waits for any longer would
/// stand in front of the server when it goes on, and it would answer all of them first.
/// </summary>
/// <remarks>A database that refuses needs no gate: it says so at once, and nothing is left behind.</remarks>
internal sealed class DatabaseGate(NpgsqlDataSource db, TimeProvider clock)
{
    /// <summary>How long work waits for that one connection: hardly noticed if the database was only slow for a moment.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(250);

    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    private static readonly ConditionalWeakTable<NpgsqlDataSource, DatabaseGate> Gates = [];

    // Completes when the database has answered again; null while it is believed to answer.
    private Task? _answer;

    public static DatabaseGate Of(NpgsqlDataSource db) =>
        Gates.GetValue(db, source => new DatabaseGate(source, TimeProvider.System));

    /// <exception cref="NpgsqlException">There is no connection to be had.</exception>
    public async ValueTask<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        if (Volatile.Read(ref _answer) is { } answer)
            await WaitForAsync(answer, cancellationToken);

        try
        {
            return (await db.OpenConnectionAsync(cancellationToken)).Watched();
        }
        catch (Exception e) when (IsSilence(e))
        {
            Close();
            throw;
        }
    }

    private async Task WaitForAsync(Task answer, CancellationToken cancellationToken)
    {
        try
        {
            await answer.WaitAsync(Patience, clock, cancellationToken);
        }
        catch (TimeoutException e)
        {
            throw new NpgsqlException("The database has not answered for a while.", e);
        }
    }

    /// <summary>From now on only <see cref="AskAsync"/> opens connections, until one was to be had.</summary>
    private void Close()
    {
        var answer = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (Interlocked.CompareExchange(ref _answer, answer.Task, null) is null)
            _ = AskAsync(answer);
    }

    private async Task AskAsync(TaskCompletionSource answer)
    {
        var answers = false;
        while (!answers)
        {
            try
            {
                // An idle connection of the pool says nothing about the server before it is used.
                await using var connection = await db.OpenConnectionAsync();
                await using var command = new NpgsqlCommand("select 1", connection);
                await command.ExecuteScalarAsync();
                answers = true;
            }
            catch (Exception e)
            {
                // An error is an answer, too: whoever comes next is to see it. So is that the process ends.
                answers = !IsSilence(e);
                if (!answers)
                    await Task.Delay(Pause, clock);
            }
        }

        Volatile.Write(ref _answer, null);
        answer.SetResult();
    }

    /// <summary>Not that all connections of the pool are in use, which Npgsql calls a timeout as well.</summary>
    private static bool IsSilence(Exception exception) =>
        exception is TimeoutException
        || (exception is NpgsqlException { InnerException: TimeoutException } e && !e.IsPoolExhausted());
}
