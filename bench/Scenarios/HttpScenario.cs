using GoCart.Bench.Load;

namespace GoCart.Bench.Scenarios;

/// <summary>Requests through the gateway: at saturation, then in an open loop at half of that rate, then the limit.</summary>
internal abstract class HttpScenario(string name, string title, string limit, double? goal, int connections)
    : Scenario(name, title, limit, goal)
{
    /// <summary>Until all connections are open.</summary>
    private static readonly TimeSpan Opening = TimeSpan.FromSeconds(0.5);

    public override async Task<Measurement> MeasureAsync(Stage stage)
    {
        await using var work = await BeginAsync(stage);
        LoadResult saturated, half;
        Measuring.Usage used;
        using (var load = stage.Load(connections, work.Work))
        {
            await load.SaturateAsync(Opening);
            var before = stage.Store.Usage();
            saturated = await load.SaturateAsync(stage.Length);
            used = stage.Store.Usage() - before;
            if (stage.HasRatesAlone)
                return new(saturated.PerSecond, double.NaN, double.NaN, double.NaN, used, saturated.Count) { Wrong = Check(saturated) };
            half = await load.KeepRateAsync(stage.Length, saturated.PerSecond / 2);
        }
        var wrong = Math.Max(Check(saturated), Check(half));
        var limit = await MeasureLimitAsync(stage);
        return new(saturated.PerSecond, half.Percentile(0.50), half.Percentile(0.99), limit, used, saturated.Count) { Wrong = wrong };
    }

    protected abstract Task<RunningWork> BeginAsync(Stage stage);

    protected abstract Task<double> MeasureLimitAsync(Stage stage);

    /// <param name="Stop">Ends what runs beside the load.</param>
    protected sealed record RunningWork(IWork Work, Func<ValueTask>? Stop = null) : IAsyncDisposable
    {
        public ValueTask DisposeAsync() => Stop?.Invoke() ?? ValueTask.CompletedTask;
    }
}
