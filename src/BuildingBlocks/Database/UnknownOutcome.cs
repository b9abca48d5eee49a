using Npgsql;

namespace GoCart.BuildingBlocks.Database;

/// <summary>
/// A connection that breaks, or says nothing, while a change commits leaves open whether the change was made: the server may
/// have committed and its answer be lost, or it may even be about to commit.
/// </summary>
public static class UnknownOutcome
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <summary>Whether it leaves the outcome open. An error of a statement does not: nothing was changed then.</summary>
    public static bool IsOutcomeUnknown(this NpgsqlException exception) =>
        exception is not PostgresException { InvariantSeverity: "ERROR" };

    /// <summary>Asks the database what became of a change, again and again until it answers.</summary>
    /// <param name="ask">
    /// Has to wait for the change if it is still under way, or to make it impossible; otherwise it may be made after the answer.
    /// </param>
    /// <param name="until">From then on no further attempt is made; it is not given up earlier.</param>
    /// <exception cref="NpgsqlException">The last attempt failed, too: the outcome stays unknown.</exception>
    public static async Task<T> FindOutAsync<T>(this NpgsqlDataSource db, Func<Task<T>> ask, DateTimeOffset until, TimeProvider clock)
    {
        while (true)
        {
            try
            {
                var answer = await ask();
                // What was found may be on the way to the standby still, and the first attempt have waited for nothing else.
                await db.WaitForStandbyAsync(CancellationToken.None);
                return answer;
            }
            catch (NpgsqlException) when (clock.GetUtcNow() < until)
            {
                await Task.Delay(Pause, clock, CancellationToken.None);
            }
        }
    }
}
