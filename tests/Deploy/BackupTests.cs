using GoCart.Cli;
using GoCart.Tests.Infrastructure;
using GoCart.Tests.Operator;

namespace GoCart.Tests.Deploy;

/// <summary>A database is lost and restored to a moment before; the others go on as they are.</summary>
public sealed class BackupTests(ArchivedStore store) : IClassFixture<ArchivedStore>
{
    [Fact]
    public async Task Products_restored_to_a_moment_ago_are_brought_up_to_date_by_the_orders()
    {
        var product = await store.CreateProductAsync(stock: 100);
        var customer = await store.Clients.CustomerAsync();
        var before = await OperatedStore.OrderAsync(customer, product.Id, quantity: 1);
        await store.BackUpAsync();
        await OperatedStore.OrderAsync(customer, product.Id, quantity: 2);
        await store.SettleAsync();

        var moment = await StoreFixture.ScalarAsync<DateTime>(store.Databases.Products, "select clock_timestamp()");
        var last = await OperatedStore.OrderAsync(customer, product.Id, quantity: 4);
        await OperatedStore.CancelAsync(customer, before.Id);
        await store.SettleAsync();
        Assert.Equal(94, await StockAsync());

        await store.RestoreAsync(moment);

        // As of that moment: it neither knows the last order nor that the first one was cancelled.
        Assert.Equal(97, await StockAsync());
        var broken = (await store.AuditAsync(settled: true)).Violations;
        Assert.Equal(
            new[] { before.Id, last.Id }.Order(),
            broken.Where(violation => violation.Invariant == "I2").Select(violation => Guid.Parse(violation.Row)).Order());

        var repaired = await store.RunAsync("audit --settled --repair --yes");

        Assert.True(repaired.ExitCode is ExitCode.Ok or ExitCode.Failed, repaired.Error);
        await store.SettleAsync();
        Assert.Equal(94, await StockAsync());

        Task<int> StockAsync() => StoreFixture.ScalarAsync<int>(
            store.Databases.Products, $"select stock from products where id = '{product.Id}'");
    }
}
