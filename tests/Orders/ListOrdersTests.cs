using System.Net;
using GoCart.Contracts.Orders;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Orders;

public sealed class ListOrdersTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_customer_sees_the_own_orders_newest_first_with_items_and_history()
    {
        var product = await store.CreateProductAsync();
        var customer = await store.Clients.CustomerAsync();
        await (await store.Clients.CustomerAsync()).OrderWithStockAsync(product);
        var older = await customer.OrderWithStockAsync(product);
        var newer = await customer.OrderWithStockAsync(product, 2);

        var (orders, next) = await GetAsync(customer, "/api/orders");

        Assert.Equivalent(new[] { newer, older }, orders, strict: true);
        Assert.Null(next);
    }

    [Fact]
    public async Task No_orders_are_an_empty_list()
    {
        var (orders, next) = await GetAsync(await store.Clients.CustomerAsync(), "/api/orders");

        Assert.Empty(orders);
        Assert.Null(next);
    }

    [Fact]
    public async Task Pages_hold_every_order_once_while_new_ones_are_placed()
    {
        var product = await store.CreateProductAsync(stock: 1000);
        var customer = await store.Clients.CustomerAsync();
        var placed = new List<Guid>();
        for (var i = 0; i < 7; i++)
            placed.Add((await customer.OrderWithStockAsync(product)).Id);

        var seen = new List<Guid>();
        string? page = "/api/orders?limit=2";
        while (page is not null)
        {
            var (orders, next) = await GetAsync(customer, page);
            seen.AddRange(orders.Select(order => order.Id));
            page = next;
            await customer.OrderWithStockAsync(product);
        }

        Assert.Equal(placed.AsEnumerable().Reverse(), seen);
    }

    [Fact]
    public async Task A_status_narrows_the_list_on_every_page()
    {
        var product = await store.CreateProductAsync(stock: 1000);
        var customer = await store.Clients.CustomerAsync();
        var cancelled = new List<Guid>();
        for (var i = 0; i < 3; i++)
        {
            await customer.OrderWithStockAsync(product);
            var order = await customer.OrderWithStockAsync(product);
            using var response = await customer.CancelAsync(order.Id);
            cancelled.Insert(0, order.Id);
        }

        var (first, next) = await GetAsync(customer, "/api/orders?status=cancelled&limit=2");
        var (second, end) = await GetAsync(customer, next!);
        var (pending, _) = await GetAsync(customer, "/api/orders?status=pending");

        Assert.Equal(cancelled, first.Concat(second).Select(order => order.Id));
        Assert.Null(end);
        Assert.Equal(3, pending.Count);
    }

    [Theory]
    [InlineData("status=unknown")]
    [InlineData("status=Paid")]
    [InlineData("status=1")]
    [InlineData("status=")]
    [InlineData("status=paid,pending")]
    [InlineData("status=paid&status=pending")]
    [InlineData("limit=0")]
    [InlineData("limit=201")]
    [InlineData("limit=abc")]
    [InlineData("cursor=forged")]
    [InlineData("cursor=")]
    public async Task A_filter_that_is_not_valid_is_refused(string query)
    {
        var customer = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();

        using var own = await customer.Http.GetAsync(new Uri($"/api/orders?{query}", UriKind.Relative), Cancelled);
        using var all = await admin.Http.GetAsync(new Uri($"/admin/orders?{query}", UriKind.Relative), Cancelled);

        var problem = await own.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.True(problem.GetProperty("errors").TryGetProperty(query.Split('=')[0], out _));
        await all.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_cursor_of_one_list_does_not_fit_another()
    {
        var product = await store.CreateProductAsync();
        var customer = await store.Clients.CustomerAsync();
        await customer.OrderWithStockAsync(product);
        await customer.OrderWithStockAsync(product);
        var (_, next) = await GetAsync(customer, "/api/orders?limit=1");

        using var other = await customer.Http.GetAsync(
            new Uri(next!.Replace("?", "?status=pending&", StringComparison.Ordinal), UriKind.Relative), Cancelled);

        await other.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task The_administrator_sees_everybodys_orders_by_status_and_by_customer()
    {
        var product = await store.CreateProductAsync();
        var one = await store.Clients.CustomerAsync();
        var other = await store.Clients.CustomerAsync();
        var admin = await store.Clients.AdminAsync();
        var first = await one.OrderWithStockAsync(product);
        var second = await one.OrderWithStockAsync(product);
        var third = await other.OrderWithStockAsync(product);
        using var paid = await admin.SetStatusAsync(second.Id, "paid");

        Assert.Equal([third.Id, second.Id], await IdsAsync(admin, "/admin/orders?limit=2"));
        Assert.Equal([second.Id, first.Id], await IdsAsync(admin, $"/admin/orders?user_id={one.Id}"));
        Assert.Equal([second.Id], await IdsAsync(admin, $"/admin/orders?user_id={one.Id}&status=paid"));
        Assert.Equal([second.Id], await IdsAsync(admin, "/admin/orders?status=paid"));
        Assert.Empty(await IdsAsync(admin, $"/admin/orders?user_id={Guid.NewGuid()}"));
    }

    [Fact]
    public async Task A_user_id_that_is_none_is_refused()
    {
        var admin = await store.Clients.AdminAsync();

        using var response = await admin.Http.GetAsync(new Uri("/admin/orders?user_id=x", UriKind.Relative), Cancelled);

        var problem = await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
        Assert.True(problem.GetProperty("errors").TryGetProperty("user_id", out _));
    }

    [Fact]
    public async Task A_customer_does_not_see_everybodys_orders()
    {
        var customer = await store.Clients.CustomerAsync();

        using var response = await customer.Http.GetAsync(new Uri("/admin/orders", UriKind.Relative), Cancelled);
        using var change = await customer.SetStatusAsync(Guid.NewGuid(), "paid");
        // Straight at the service, which does not rely on the gateway.
        using var direct = await customer.SetStatusAsync(Guid.NewGuid(), "paid", store.Orders.Address);

        await response.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await change.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        await direct.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
    }

    private static async Task<List<Guid>> IdsAsync(StoreUser user, string path) =>
        (await GetAsync(user, path)).Orders.ConvertAll(order => order.Id);

    private static async Task<(List<OrderResponse> Orders, string? Next)> GetAsync(StoreUser user, string path)
    {
        using var response = await user.Http.GetAsync(new Uri(path, UriKind.Relative), Cancelled);
        var orders = await response.ReadAsync<List<OrderResponse>>();
        var link = response.Headers.TryGetValues("Link", out var links) ? links.Single() : null;
        Assert.True(link is null || link.EndsWith(">; rel=\"next\"", StringComparison.Ordinal));
        return (orders, link?[1..link.IndexOf('>', StringComparison.Ordinal)]);
    }
}
