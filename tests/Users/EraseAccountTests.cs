using System.Net;
using GoCart.Contracts;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

public sealed class EraseAccountTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task An_erased_account_leaves_its_orders_under_an_id_and_nothing_of_the_person()
    {
        var product = await store.CreateProductAsync();
        var customer = await store.Clients.CustomerAsync();
        using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = product.Id, quantity = 2 });
        using var placed = await customer.Http.PostAsync(new Uri("/api/orders", UriKind.Relative), null);
        var order = await placed.ReadAsync<OrderResponse>(HttpStatusCode.Created);
        using var more = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = product.Id, quantity = 1 });
        await more.ReadAsync<CartItemResponse>(HttpStatusCode.Created);

        using var wrong = await EraseAsync(customer, "not the password");
        await wrong.AssertProblemAsync(HttpStatusCode.Forbidden, "wrong_password");
        using var erased = await EraseAsync(customer, StoreClients.Password);

        Assert.Equal(HttpStatusCode.NoContent, erased.StatusCode);
        await Eventually.AssertAsync(async () =>
        {
            using var me = await customer.Http.GetAsync(new Uri("/api/me", UriKind.Relative));
            Assert.Equal(HttpStatusCode.Unauthorized, me.StatusCode);
        });
        using var anonymous = store.Clients.Anonymous();
        using var signIn = await anonymous.PostAsJsonAsync("/api/login", new { email = customer.Email, password = StoreClients.Password });
        await signIn.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");

        var admin = await store.Clients.AdminAsync();
        var kept = await admin.Http.GetFromJsonAsync<List<OrderResponse>>($"/admin/orders?user_id={customer.Id}", Json.Tolerant);
        Assert.Equal(order.Id, Assert.Single(kept!).Id);
        using var account = await admin.Http.GetAsync(new Uri($"/admin/users/{customer.Id}", UriKind.Relative));
        await account.AssertProblemAsync(HttpStatusCode.NotFound, "user_not_found");
        var log = await admin.Http.GetFromJsonAsync<List<AuditEntry>>($"/admin/audit-log?target={customer.Id}", Json.Tolerant);
        Assert.Contains("account.erased", log!.Select(entry => entry.Action));
        Assert.Equal(0L, await StoreFixture.ScalarAsync<long>(
            store.Databases.Carts, $"select count(*) from cart_items join carts on carts.id = cart_id where user_id = '{customer.Id}'"));
        await AssertNothingNamesAsync(customer.Email);
    }

    [Fact]
    public async Task The_email_of_an_erased_account_is_free_again_and_is_somebody_else_then()
    {
        var before = await store.Clients.CustomerAsync();
        using var erased = await EraseAsync(before, StoreClients.Password);
        Assert.Equal(HttpStatusCode.NoContent, erased.StatusCode);

        var after = await store.Clients.CustomerAsync(before.Email);

        Assert.NotEqual(before.Id, after.Id);
    }

    /// <summary>Every column of every table of every database, as text.</summary>
    private async Task AssertNothingNamesAsync(string email)
    {
        foreach (var database in (TestDatabase[])[store.Databases.Users, store.Databases.Products, store.Databases.Carts, store.Databases.Orders])
        {
            var found = await StoreFixture.ScalarAsync<string>(database,
                $"""
                select string_agg(table_name, ', ') from information_schema.tables
                where table_schema = 'public' and table_type = 'BASE TABLE'
                  and query_to_xml(format('select 1 from %I t where t::text like %L limit 1', table_name, '%{email}%'), true, false, '')::text like '%<row>%'
                """);
            Assert.Null(found);
        }
    }

    private static async Task<HttpResponseMessage> EraseAsync(StoreUser user, string password)
    {
        using var request = new HttpRequestMessage(HttpMethod.Delete, "/api/me") { Content = JsonContent.Create(new { password }) };
        return await user.Http.SendAsync(request);
    }
}
