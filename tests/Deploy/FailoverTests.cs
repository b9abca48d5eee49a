using GoCart.Contracts.Orders;
using GoCart.Tests.EndToEnd;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;

namespace GoCart.Tests.Deploy;

/// <summary>A server dies for good while customers order, and another one takes its place.</summary>
public sealed class FailoverTests(ReplicatedStore replicated, ClusteredStore clustered)
    : IClassFixture<ReplicatedStore>, IClassFixture<ClusteredStore>
{
    private const int Customers = 5;
    private const int OrdersBefore = 20;
    private const int OrdersEach = 15;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task No_accepted_order_is_lost_when_the_primary_dies_and_its_standby_is_promoted()
    {
        var shoppers = await ShopAsync(replicated, replicated.FailOverAsync);

        Assert.True(shoppers.Sum(shopper => shopper.Interruptions) > 0, "Nobody noticed that the primary died.");
    }

    [Fact]
    public async Task No_order_waits_for_a_node_of_the_broker_that_died()
    {
        var node = -1;

        // The other two have a majority: all orders end while it is away, and nobody notices.
        var shoppers = await ShopAsync(
            clustered,
            async () => node = await clustered.KillLeaderOfAsync("products.order.created"),
            () => clustered.StartNodeAsync(node));

        Assert.Equal(0, shoppers.Sum(shopper => shopper.Interruptions));
    }

    /// <summary>Customers order all the time, and something fails meanwhile; in the end every order they were told of is reserved.</summary>
    private static async Task<Shopper[]> ShopAsync(OperatedStore store, Func<Task> fail, Func<Task>? mend = null)
    {
        var product = await store.CreateProductAsync(stock: 1000);
        var shoppers = await Task.WhenAll(Enumerable.Range(0, Customers)
            .Select(async _ => new Shopper(await store.Clients.CustomerAsync())));
        var shopping = Task.WhenAll(shoppers.Select(async shopper =>
        {
            for (var count = 0; count < OrdersEach; count++)
                await shopper.BuyAsync(product, Cancelled);
        }));
        await Eventually.GetAsync(
            () => Task.FromResult(shoppers.Sum(shopper => shopper.Orders.Count)), accepted => accepted >= OrdersBefore);
        Assert.False(shopping.IsCompleted);

        await fail();
        await shopping;

        foreach (var shopper in shoppers)
        {
            await Eventually.AssertAsync(async () =>
            {
                var listed = await shopper.ListOrdersAsync(Cancelled);
                Assert.Equal(shopper.Orders.Values.Order(), listed.Select(order => order.Id).Order());
                Assert.All(listed, order => Assert.Equal(StockState.Reserved, order.StockState));
            });
        }
        if (mend is not null)
            await mend();
        await store.SettleAsync();
        return shoppers;
    }
}
