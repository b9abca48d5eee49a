using System.Diagnostics;
using System.Net;
using System.Net.Http.Headers;
using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>What administrators do with accounts, and what the audit log says of it.</summary>
public sealed class AdministrationTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task Users_are_found_by_the_beginning_of_their_email_and_come_in_pages()
    {
        var admin = await store.Clients.AdminAsync();
        var prefix = $"q{Guid.NewGuid():N}";
        foreach (var name in (string[])["b", "a", "c", "ä"])
            await store.Clients.CustomerAsync($"{prefix}{name}@example.com");

        var found = await admin.Http.GetFromJsonAsync<List<AccountResponse>>($"/admin/users?email={prefix.ToUpperInvariant()}", Json.Tolerant);
        using var first = await admin.Http.GetAsync(new Uri($"/admin/users?email={prefix}&limit=3", UriKind.Relative));
        var next = Assert.Single(first.Headers.GetValues("Link")).Split('>')[0][1..];
        using var second = await admin.Http.GetAsync(new Uri(next, UriKind.Relative));

        Assert.Equal(["a", "b", "c", "ä"], found!.Select(user => user.Email[prefix.Length..^"@example.com".Length]));
        Assert.Equal(found!.Take(3), await first.ReadAsync<List<AccountResponse>>());
        Assert.Equal(found!.Skip(3), await second.ReadAsync<List<AccountResponse>>());
        Assert.Empty((await admin.Http.GetFromJsonAsync<List<AccountResponse>>("/admin/users?email=%25", Json.Tolerant))!);
        using var newest = await admin.Http.GetAsync(new Uri("/admin/users?limit=1", UriKind.Relative));
        Assert.Single(await newest.ReadAsync<List<AccountResponse>>());
    }

    [Theory]
    [InlineData("/admin/users?email=")]
    [InlineData("/admin/users?email=a%00b")]
    [InlineData("/admin/users?limit=0")]
    [InlineData("/admin/users?cursor=x")]
    [InlineData("/admin/audit-log?actor=1")]
    [InlineData("/admin/audit-log?target=")]
    [InlineData("/admin/audit-log?from=yesterday")]
    [InlineData("/admin/audit-log?to=2026-01-15")]
    [InlineData("/admin/audit-log?service=carts")]
    public async Task Bad_parameters_are_refused(string path)
    {
        var admin = await store.Clients.AdminAsync();
        using var response = await admin.Http.GetAsync(new Uri(path, UriKind.Relative));
        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_change_of_an_account_that_has_changed_meanwhile_is_refused()
    {
        var admin = await store.Clients.AdminAsync();
        var customer = await store.Clients.CustomerAsync();
        var path = new Uri($"/admin/users/{customer.Id}", UriKind.Relative);
        using var read = await admin.Http.GetAsync(path);
        var etag = read.Headers.ETag!;

        using var first = await PatchAsync(admin, path, new { role = "support" }, etag);
        using var second = await PatchAsync(admin, path, new { role = "catalog" }, etag);
        using var known = new HttpRequestMessage(HttpMethod.Get, path) { Headers = { IfNoneMatch = { first.Headers.ETag! } } };
        using var unchanged = await admin.Http.SendAsync(known);

        Assert.Equal("support", (await first.ReadAsync<AccountResponse>()).Role);
        await second.AssertProblemAsync(HttpStatusCode.PreconditionFailed, "precondition_failed");
        Assert.Equal(HttpStatusCode.NotModified, unchanged.StatusCode);
    }

    [Theory]
    [InlineData("""{"role": "owner"}""")]
    [InlineData("""{"role": null}""")]
    [InlineData("""{"disabled": null}""")]
    [InlineData("""{"disabled": "yes"}""")]
    [InlineData("""{"email": "x@example.com"}""")]
    public async Task What_is_no_change_of_an_account_is_refused(string body)
    {
        var admin = await store.Clients.AdminAsync();
        var customer = await store.Clients.CustomerAsync();
        using var content = new StringContent(body, System.Text.Encoding.UTF8, "application/json");
        using var response = await admin.Http.PatchAsync(new Uri($"/admin/users/{customer.Id}", UriKind.Relative), content);
        await response.AssertProblemAsync(HttpStatusCode.BadRequest, "invalid_request");
    }

    [Fact]
    public async Task A_disabled_account_cannot_sign_in_until_it_is_enabled_again()
    {
        var admin = await store.Clients.AdminAsync();
        var customer = await store.Clients.CustomerAsync();
        var path = new Uri($"/admin/users/{customer.Id}", UriKind.Relative);

        using var disabled = await PatchAsync(admin, path, new { disabled = true });
        Assert.True((await disabled.ReadAsync<AccountResponse>()).Disabled);
        using var anonymous = store.Clients.Anonymous();
        using var refused = await anonymous.PostAsJsonAsync("/api/login", new { email = customer.Email, password = StoreClients.Password });
        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "account_disabled");
        using var wrong = await anonymous.PostAsJsonAsync("/api/login", new { email = customer.Email, password = "wrong password" });
        await wrong.AssertProblemAsync(HttpStatusCode.Unauthorized, "invalid_credentials");

        using var enabled = await PatchAsync(admin, path, new { disabled = false });
        Assert.False((await enabled.ReadAsync<AccountResponse>()).Disabled);
        await store.Clients.SignInAsync(customer.Email, StoreClients.Password);
    }

    [Fact]
    public async Task The_audit_log_has_every_change_and_every_sign_in_with_actor_address_before_after_and_trace()
    {
        // In the store the log asks for activities; in the tests somebody has to.
        using var listener = new ActivityListener
        {
            ShouldListenTo = source => source.Name == "Microsoft.AspNetCore",
            Sample = (ref ActivityCreationOptions<ActivityContext> _) => ActivitySamplingResult.AllData,
        };
        ActivitySource.AddActivityListener(listener);
        var admin = await store.Clients.AdminAsync();
        var product = await store.CreateProductAsync(stock: 5, priceCents: 100);
        using var priced = await admin.Http.PatchAsJsonAsync($"/admin/products/{product.Id}", new { price_cents = 250, stock = 7 });
        using var same = await admin.Http.PatchAsJsonAsync($"/admin/products/{product.Id}", new { price_cents = 250 });
        var customer = await store.Clients.CustomerAsync();
        using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = product.Id, quantity = 1 });
        using var placed = await customer.Http.PostAsync(new Uri("/api/orders", UriKind.Relative), null);
        var order = await placed.ReadAsync<Contracts.Orders.OrderResponse>(HttpStatusCode.Created);
        using var cancelled = await admin.Http.PatchAsJsonAsync($"/admin/orders/{order.Id}", new { status = "cancelled" });
        using var again = await admin.Http.PatchAsJsonAsync($"/admin/orders/{order.Id}", new { status = "cancelled" });
        using var deleted = await admin.Http.DeleteAsync(new Uri($"/admin/products/{product.Id}", UriKind.Relative));
        using var anonymous = store.Clients.Anonymous();
        using var failed = await anonymous.PostAsJsonAsync("/api/login", new { email = customer.Email, password = "wrong password" });

        var ofProduct = await LogAsync(admin, $"target={product.Id}");
        Assert.Equal(["product.deleted", "product.changed", "product.created"], ofProduct.Select(entry => entry.Action));
        Assert.All(ofProduct, entry => Assert.Equal(
            (admin.Id, "admin", "127.0.0.1", "products"), (entry.ActorId, entry.ActorRole, entry.Address, entry.Service)));
        Assert.All(ofProduct, entry => Assert.Matches("^[0-9a-f]{32}$", entry.TraceId));
        Assert.Equal("""{"stock":5,"price_cents":100}""", Compact(ofProduct[1].Before));
        Assert.Equal("""{"stock":7,"price_cents":250}""", Compact(ofProduct[1].After));

        var ofOrder = Assert.Single(await LogAsync(admin, $"target={order.Id}"), entry => entry.Action != "order.read");
        Assert.Equal(("order.status_changed", admin.Id, "orders"), (ofOrder.Action, ofOrder.ActorId, ofOrder.Service));
        Assert.Equal(("""{"status":"pending"}""", """{"status":"cancelled"}"""), (Compact(ofOrder.Before), Compact(ofOrder.After)));

        var ofCustomer = await LogAsync(admin, $"target={customer.Id}");
        Assert.Equal(["sign_in.failed", "sign_in.succeeded"], ofCustomer.Select(entry => entry.Action));
        Assert.Equal([null, customer.Id], ofCustomer.Select(entry => entry.ActorId));

        var byAdmin = await LogAsync(admin, $"actor={admin.Id}&limit=200");
        Assert.All(byAdmin, entry => Assert.Equal(admin.Id, entry.ActorId));
        Assert.Equal(byAdmin.Where(entry => entry.Service == "products"), await LogAsync(admin, $"actor={admin.Id}&limit=200&service=products"), SameEntry);
        Assert.Empty(await LogAsync(admin, $"target={product.Id}&to={Uri.EscapeDataString($"{ofProduct[^1].At:O}")}"));
        Assert.Equal(2, (await LogAsync(admin, $"target={product.Id}&from={Uri.EscapeDataString($"{ofProduct[1].At:O}")}")).Count);
    }

    [Fact]
    public async Task Who_of_the_staff_has_looked_at_an_account_or_at_an_order_is_in_the_audit_log()
    {
        var admin = await store.Clients.AdminAsync();
        var support = await store.Clients.StaffAsync(Roles.Support);
        var customer = await store.Clients.CustomerAsync();
        var product = await store.CreateProductAsync();
        using var added = await customer.Http.PostAsJsonAsync("/api/cart/items", new { product_id = product.Id, quantity = 1 });
        using var placed = await customer.Http.PostAsync(new Uri("/api/orders", UriKind.Relative), null);
        var order = await placed.ReadAsync<Contracts.Orders.OrderResponse>(HttpStatusCode.Created);

        await ReadAsync(support, HttpStatusCode.OK, $"/admin/orders/{order.Id}", $"/admin/orders/{order.Id}/timeline", "/admin/orders?limit=1");
        await ReadAsync(support, HttpStatusCode.NotFound, $"/admin/orders/{Guid.NewGuid()}");
        await ReadAsync(support, HttpStatusCode.Forbidden, $"/admin/users/{customer.Id}");
        await ReadAsync(admin, HttpStatusCode.OK, PathOf(customer).OriginalString);
        await ReadAsync(support, HttpStatusCode.OK, $"/admin/orders?user_id={customer.Id}");
        // What changes nothing shows as much as a read does.
        using var cancelled = await customer.Http.DeleteAsync(new Uri($"/api/orders/{order.Id}", UriKind.Relative));
        using var again = await support.Http.PatchAsJsonAsync($"/admin/orders/{order.Id}", new { status = "cancelled" });
        using var nothing = await admin.Http.PatchAsJsonAsync(PathOf(customer), new { });
        await ReadAsync(customer, HttpStatusCode.OK, $"/api/orders/{order.Id}");

        var bySupport = await LogAsync(admin, $"actor={support.Id}&service=orders");
        Assert.Equal(
            [
                ("order.read", order.Id), ("orders.listed", customer.Id),
                ("orders.listed", null), ("order.read", order.Id), ("order.read", order.Id),
            ],
            bySupport.Select(entry => (entry.Action, entry.TargetId)));
        var ofCustomer = (await LogAsync(admin, $"target={customer.Id}")).Where(entry => entry.Action == "account.read");
        Assert.Equal([admin.Id, admin.Id], ofCustomer.Select(entry => entry.ActorId));

        static async Task ReadAsync(StoreUser reader, HttpStatusCode expected, params string[] paths)
        {
            foreach (var path in paths)
            {
                using var response = await reader.Http.GetAsync(new Uri(path, UriKind.Relative));
                Assert.Equal(expected, response.StatusCode);
            }
        }
    }

    [Fact]
    public async Task The_audit_log_comes_in_pages_over_all_services()
    {
        var admin = await store.Clients.StaffAsync(Roles.Admin);
        for (var i = 0; i < 4; i++)
        {
            using var created = await admin.Http.PostAsJsonAsync("/admin/products", new { name = $"Product {Guid.NewGuid():N}", price_cents = 100, stock = 1 });
            Assert.Equal(HttpStatusCode.Created, created.StatusCode);
            var customer = await store.Clients.CustomerAsync();
            using var changed = await PatchAsync(admin, PathOf(customer), new { role = "support" });
            Assert.Equal(HttpStatusCode.OK, changed.StatusCode);
        }

        var all = await LogAsync(admin, $"actor={admin.Id}&limit=100");
        var paged = new List<AuditEntry>();
        string? next = $"/admin/audit-log?actor={admin.Id}&limit=2";
        while (next is not null)
        {
            using var page = await admin.Http.GetAsync(new Uri(next, UriKind.Relative));
            paged.AddRange(await page.ReadAsync<List<AuditEntry>>());
            next = page.Headers.TryGetValues("Link", out var links) ? Assert.Single(links).Split('>')[0][1..] : null;
        }

        // Eight changes, and two sign-ins: as a customer, and with the role.
        Assert.Equal(10, all.Count);
        Assert.Equal(all, paged, SameEntry);
        Assert.Equal(all.OrderByDescending(entry => entry.At), all);
    }

    [Fact]
    public async Task Nobody_changes_the_audit_log_neither_the_service_nor_the_owner_of_the_database()
    {
        await store.CreateProductAsync();
        foreach (var database in (TestDatabase[])[store.Databases.Users, store.Databases.Products, store.Databases.Orders])
        {
            foreach (var role in (string[])[database.Service, database.Owner])
            {
                await using var connection = new Npgsql.NpgsqlConnection(role);
                await connection.OpenAsync();
                foreach (var change in (string[])["update audit_log set action = 'x.y'", "delete from audit_log", "truncate audit_log"])
                {
                    await using var command = new Npgsql.NpgsqlCommand(change, connection);
                    if (database == store.Databases.Orders && !change.StartsWith("truncate", StringComparison.Ordinal) && role == database.Owner)
                        continue; // No row, nothing to refuse.
                    var refused = await Assert.ThrowsAsync<Npgsql.PostgresException>(() => command.ExecuteNonQueryAsync());
                    Assert.Equal(Npgsql.PostgresErrorCodes.InsufficientPrivilege, refused.SqlState);
                }
            }
        }
    }

    private static readonly IEqualityComparer<AuditEntry> SameEntry =
        EqualityComparer<AuditEntry>.Create((left, right) => left?.Id == right?.Id, entry => entry.Id.GetHashCode());

    private static string? Compact(System.Text.Json.JsonElement? json) => json?.GetRawText().Replace(" ", "", StringComparison.Ordinal);

    private static Uri PathOf(StoreUser user) => new($"/admin/users/{user.Id}", UriKind.Relative);

    private static async Task<List<AuditEntry>> LogAsync(StoreUser admin, string query)
    {
        using var response = await admin.Http.GetAsync(new Uri($"/admin/audit-log?{query}", UriKind.Relative));
        return await response.ReadAsync<List<AuditEntry>>();
    }

    private static async Task<HttpResponseMessage> PatchAsync(StoreUser admin, Uri path, object body, EntityTagHeaderValue? ifMatch = null)
    {
        using var request = new HttpRequestMessage(HttpMethod.Patch, path) { Content = JsonContent.Create(body) };
        if (ifMatch is not null)
            request.Headers.IfMatch.Add(ifMatch);
        return await admin.Http.SendAsync(request);
    }
}
