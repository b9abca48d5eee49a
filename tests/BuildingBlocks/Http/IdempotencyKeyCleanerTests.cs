using GoCart.BuildingBlocks.Http;
using GoCart.Tests.Orders;
using Microsoft.Extensions.Logging.Abstractions;

namespace GoCart.Tests.BuildingBlocks.Http;

public sealed class IdempotencyKeyCleanerTests(OrdersDatabase orders) : IClassFixture<OrdersDatabase>
{
    [Fact]
    public async Task Keys_leave_after_24_hours_in_batches_and_the_others_stay()
    {
        await orders.ExecuteAsync(
            """
            insert into idempotency_keys (user_id, key, fingerprint, status, body, created_at)
            select gen_random_uuid(), 'key', '', 201, '',
                now() - case when n <= 1200 then interval '24 hours 1 minute' else interval '23 hours' end
            from generate_series(1, 1210) as n
            """);
        using var cleaner = new IdempotencyKeyCleaner(orders.Db, TimeProvider.System, NullLogger<IdempotencyKeyCleaner>.Instance);

        await cleaner.CleanAsync(TestContext.Current.CancellationToken);

        Assert.Equal(10, await orders.CountAsync("select count(*) from idempotency_keys"));
    }
}
