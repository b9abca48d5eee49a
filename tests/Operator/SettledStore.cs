using GoCart.Contracts.Orders;
using GoCart.Operator.Audit;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Operator;

/// <summary>One order of each kind, and everything they led to is done.</summary>
public sealed class SettledStore(LocalServers servers) : OperatedStore(servers)
{
    public Guid ProductId { get; private set; }

    public Guid UnsoldId { get; private set; }

    public OrderResponse Reserved { get; private set; } = null!; // by InitializeAsync, like the others

    public OrderResponse Cancelled { get; private set; } = null!;

    public OrderResponse Rejected { get; private set; } = null!;

    public override async ValueTask InitializeAsync()
    {
        await base.InitializeAsync();
        var product = await CreateProductAsync(stock: 10, name: "Teapot");
        (ProductId, UnsoldId) = (product.Id, (await CreateProductAsync()).Id);
        var customer = await Clients.CustomerAsync();
        Reserved = await OrderAsync(customer, product.Id, 2, key: "first");
        Cancelled = await OrderAsync(customer, product.Id, 3);
        await CancelAsync(customer, Cancelled.Id);
        Rejected = await RejectedAsync();
        await SettleAsync();
    }

    /// <summary>Changes something behind the services' backs: the auditor must name the invariant and the row, and nothing once it is undone.</summary>
    internal async Task AssertFoundAsync(
        string invariant, object row, TestDatabase database, string tamper, string undo, bool settled = false)
    {
        await ScalarAsync<int>(database, tamper);
        AuditReport report;
        try
        {
            report = await AuditAsync(settled);
        }
        finally
        {
            await ScalarAsync<int>(database, undo);
        }

        Assert.Contains(report.Violations, violation => (violation.Invariant, violation.Row) == (invariant, row.ToString()));
        Assert.Empty((await AuditAsync(settled: true)).Violations);
    }

    /// <summary>Two orders of the last one, both placed before products could decide on either.</summary>
    private async Task<OrderResponse> RejectedAsync()
    {
        var product = await CreateProductAsync(stock: 1);
        var (first, second) = (await Clients.CustomerAsync(), await Clients.CustomerAsync());

        await using var connection = new NpgsqlConnection(Databases.Products.Superuser);
        await connection.OpenAsync();
        await using var hold = await connection.BeginTransactionAsync();
        await using var locking = new NpgsqlCommand($"select from products where id = '{product.Id}' for update", connection, hold);
        await locking.ExecuteNonQueryAsync();

        var orders = Task.WhenAll(OrderAsync(first, product.Id), OrderAsync(second, product.Id));
        await Eventually.AssertAsync(async () => Assert.Equal(2, await ScalarAsync<long>(
            Databases.Orders, $"select count(*) from order_items where product_id = '{product.Id}'")));
        await hold.RollbackAsync();

        return Assert.Single(await orders, order => order.Status == OrderStatus.Rejected);
    }
}
