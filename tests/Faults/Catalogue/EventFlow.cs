using Dapper;

namespace GoCart.Faults.Catalogue;

/// <summary>Whether events go their whole way: from orders to products and back.</summary>
internal static class EventFlow
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(100);

    /// <returns>When an order placed after this call had its stock: both relays and both consumers are at work.</returns>
    public static async Task<TimeSpan?> WaitUntilBackAsync(Scene scene, TimeSpan limit)
    {
        var since = TimeProvider.System.GetUtcNow();
        return await WaitForAsync(
            scene, limit, "select exists (select from orders where created_at > @since and stock_state <> 'awaiting')", new { since });
    }

    /// <returns>When the condition held in the database of orders; null: not in time.</returns>
    public static async Task<TimeSpan?> WaitForAsync(Scene scene, TimeSpan limit, string condition, object parameters)
    {
        var started = scene.Log.Now;
        await using var orders = await scene.Store.ConnectAsync("orders", scene.Cancelled);
        while (scene.Log.Now - started < limit)
        {
            if (await orders.ExecuteScalarAsync<bool>(condition, parameters))
                return scene.Log.Now;
            await Task.Delay(Pause, scene.Cancelled);
        }

        return null;
    }
}
