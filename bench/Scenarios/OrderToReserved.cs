using GoCart.Bench.Limits;

namespace GoCart.Bench.Scenarios;

/// <summary>From POST /api/orders to the answer that says the stock is reserved, at half of the rate at which orders can be placed.</summary>
internal sealed class OrderToReserved() : Scenario(
    "reserved", "order to stock reserved, at half load, ms",
    "a commit, a confirmed publish and a commit, one after the other, with nobody else there", TimesOfMedian)
{
    /// <summary>How much longer than its limit the median may be.</summary>
    public const int TimesOfMedian = 2;

    /// <summary>And the 99th percentile.</summary>
    public const int TimesOfHigh = 5;

    public override async Task<Measurement> MeasureAsync(Stage stage)
    {
        double rate;
        await using (var work = await OrderWork.BeginAsync(stage, untilReserved: false))
        {
            using var load = stage.Load(OrderWork.Count, work);
            rate = (await load.SaturateAsync(stage.Length)).PerSecond / 2;
        }

        await using var waiting = await OrderWork.BeginAsync(stage, untilReserved: true);
        using var half = stage.Load(OrderWork.Count, waiting);
        var result = await half.KeepRateAsync(stage.Length, rate);
        var wrong = Check(result);

        var limit = await ChainLimit.RunAsync(stage.Store, stage.Length / 2);
        return new(rate, result.Percentile(0.50), result.Percentile(0.99), limit[limit.Length / 2], Used: null, result.Count)
        {
            Wrong = wrong,
            LimitP99 = limit[limit.Length * 99 / 100],
        };
    }
}
