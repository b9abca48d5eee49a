using GoCart.Contracts.Orders;
using GoCart.Orders;
using Microsoft.Extensions.Hosting.Internal;
using Microsoft.Extensions.Logging.Abstractions;
using Npgsql;

namespace GoCart.Tests.Orders;

public sealed class StockResultsTests
{
    [Fact]
    public async Task Few_may_wait_at_a_time_and_the_next_is_answered_at_once()
    {
        // Nobody looks: as if products never answered.
        await using var db = NpgsqlDataSource.Create("Host=127.0.0.1");
        using var results = new StockResults(
            db, new ApplicationLifetime(NullLogger<ApplicationLifetime>.Instance), NullLogger<StockResults>.Instance);
        var order = new OrderResponse(
            Guid.CreateVersion7(), Guid.CreateVersion7(), OrderStatus.Pending, StockState.Awaiting, 100, "USD", [], null, [], 1,
            DateTimeOffset.UnixEpoch, DateTimeOffset.UnixEpoch);

        var waiting = Enumerable.Range(0, StockResults.MaxWaiting)
            .Select(_ => results.WaitAsync(order, TimeSpan.FromSeconds(1), CancellationToken.None)).ToList();

        Assert.Null(await results.WaitAsync(order, TimeSpan.FromSeconds(1), CancellationToken.None));
        Assert.All(await Task.WhenAll(waiting), answer => Assert.Same(order, answer));
        Assert.NotNull(await results.WaitAsync(order, TimeSpan.FromMilliseconds(1), CancellationToken.None));
    }
}
