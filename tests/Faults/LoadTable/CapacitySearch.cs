namespace GoCart.Faults.LoadTable;

/// <summary>Looks for C: the largest rate at which nothing is turned away and p99 is at most 250 ms.</summary>
internal sealed class CapacitySearch(PhaseRunner runner)
{
    private const double BestP99 = 250;
    private const double FirstRate = 400;
    private const double WarmUpRate = 200;
    private const double WarmP99 = 60;
    private const int MostWarmUps = 8;
    private const double Precision = 1.07;

    private static readonly TimeSpan Step = TimeSpan.FromSeconds(8);

    /// <summary>Until the answers are as quick as they get: a cold store would be measured for what compiling costs.</summary>
    public async Task WarmUpAsync(CancellationToken cancellationToken)
    {
        await runner.RunAsync("warm-up", WarmUpRate / 4, Step, cancellationToken);
        for (var i = 0; i < MostWarmUps; i++)
        {
            var phase = await runner.RunAsync("warm-up", WarmUpRate, Step, cancellationToken);
            if (phase.Unserved == 0 && phase.P99 <= WarmP99)
                return;
        }
    }

    /// <summary>Raises the rate until it is too much, then closes in on the largest that is not.</summary>
    public async Task<Phase> RunAsync(CancellationToken cancellationToken)
    {
        Phase? best = null;
        var tooMuch = double.PositiveInfinity;
        for (var rate = FirstRate; best is null || tooMuch / best.Rate > Precision;)
        {
            var phase = await runner.RunAsync("C?", rate, Step, cancellationToken);
            // Once more: it may have been something else that wanted the machine.
            if (!IsServed(phase))
                phase = await runner.RunAsync("C?", rate, Step, cancellationToken);
            if (IsServed(phase))
                best = phase;
            else
                tooMuch = rate;

            if (best is null && rate < 1)
                throw new InvalidOperationException("Not even one action a second is served in time.");
            rate = double.IsInfinity(tooMuch) ? 1.4 * rate : best is null ? rate / 2 : Math.Sqrt(best.Rate * tooMuch);
        }

        return best;
    }

    private static bool IsServed(Phase phase) => phase.Unserved == 0 && phase.P99 <= BestP99;
}
