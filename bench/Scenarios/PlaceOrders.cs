using GoCart.Bench.Limits;

namespace GoCart.Bench.Scenarios;

/// <summary>64 customers order three items each, again and again.</summary>
/// <param name="isByRows">Whether the limit is a statement for each row.</param>
internal sealed class PlaceOrders(string name, string limit, double goal, bool isByRows) : HttpScenario(
    name, isByRows ? "POST /api/orders, 3 items, beside a statement a row" : "POST /api/orders, 3 items", limit, goal, OrderWork.Count)
{
    protected override async Task<RunningWork> BeginAsync(Stage stage)
    {
        var work = await OrderWork.BeginAsync(stage, untilReserved: false);
        return new(work, work.DisposeAsync);
    }

    protected override async Task<double> MeasureLimitAsync(Stage stage)
    {
        // Row by row the total is the sum of the items only at the end, which the triggers would not wait for.
        if (isByRows)
            await SwitchTriggersAsync(stage, "disable");
        var limit = await PgBench.RunAsync(stage.Store, "limit_orders", isByRows ? "order-by-rows.sql" : "order.sql", clients: 16, stage.Length);
        await SwitchTriggersAsync(stage, "enable");
        return limit;
    }

    private static Task<int> SwitchTriggersAsync(Stage stage, string how) => stage.Store.ExecuteAsync("limit_orders",
        $"alter table orders {how} trigger orders_total_is_sum_of_items; alter table order_items {how} trigger order_items_sum_is_total");
}
