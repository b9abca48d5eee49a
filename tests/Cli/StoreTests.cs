using System.Text.Json;
using GoCart.Cli;
using GoCart.Contracts;
using GoCart.Contracts.Orders;
using GoCart.Contracts.Products;
using GoCart.Contracts.Users;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Cli;

/// <summary>The commands against a real store, from the first sign-in to the delivered order.</summary>
public sealed class StoreTests(StoreFixture store) : IClassFixture<StoreFixture>, IDisposable
{
    private readonly TestTerminal _terminal = new(store.Gateway.Address);
    private readonly TestTerminal _admin = new(store.Gateway.Address);

    public void Dispose()
    {
        _terminal.Dispose();
        _admin.Dispose();
    }

    [Fact]
    public async Task A_customer_registers_orders_and_cancels_and_the_stock_comes_back()
    {
        var mug = await store.CreateProductAsync(stock: 10, priceCents: 1999);
        await RegisterAsync();

        var cart = (await _terminal.RunAsync("cart", "add", mug.Name, "3")).Succeeded();
        Assert.Contains("59.97 USD", cart.Out, StringComparison.Ordinal);

        var order = Read<OrderResponse>((await _terminal.RunAsync("orders", "place", "-o", "json")).Succeeded());
        Assert.Equal((StockState.Reserved, 5997), (order.StockState, order.TotalCents));
        Assert.Equal(7, await StockAsync(mug));
        Assert.Equal("Your cart is empty.\n", (await _terminal.RunAsync("cart", "show")).Succeeded().Error);

        var cancelled = (await _terminal.RunAsync("orders", "cancel", $"{order.Id}")).Succeeded();
        Assert.Contains("cancelled", cancelled.Out, StringComparison.Ordinal);
        await Eventually.AssertAsync(async () => Assert.Equal(10, await StockAsync(mug)));
    }

    [Fact]
    public async Task A_customer_erases_the_account_and_nobody_signs_in_with_it()
    {
        await RegisterAsync();
        var me = Read<UserResponse>((await _terminal.RunAsync("me", "-o", "json")).Succeeded());

        Assert.NotEqual(0, (await _terminal.RunWithInputAsync("a wrong password\n", "account", "erase", "--password-stdin")).ExitCode);
        Assert.Equal(me.Email, Read<UserResponse>((await _terminal.RunAsync("me", "-o", "json")).Succeeded()).Email);

        (await _terminal.RunWithInputAsync("password123\n", "account", "erase", "--password-stdin")).Succeeded();
        Assert.Equal(ExitCode.NotSignedIn, (await _terminal.RunAsync("me")).ExitCode);
        Assert.Equal(
            ExitCode.NotSignedIn, (await _terminal.RunWithInputAsync("password123\n", "login", me.Email, "--password-stdin")).ExitCode);
    }

    [Fact]
    public async Task An_admin_gives_a_role_and_reads_who_did_what_and_a_user_changes_the_password_and_ends_sessions()
    {
        await RegisterAsync();
        var me = Read<UserResponse>((await _terminal.RunAsync("me", "-o", "json")).Succeeded());
        await SignInAsAdminAsync();

        Assert.Contains($"{me.Id}", (await _admin.RunAsync("admin", "users", "list", "--email", me.Email)).Succeeded().Out, StringComparison.Ordinal);
        Assert.Contains("support", (await _admin.RunAsync("admin", "users", "set-role", $"{me.Id}", "support")).Succeeded().Out, StringComparison.Ordinal);
        var log = (await _admin.RunAsync("admin", "audit-log", "--target", $"{me.Id}")).Succeeded().Out;
        Assert.Contains("account.changed", log, StringComparison.Ordinal);
        Assert.Equal(ExitCode.Usage, (await _admin.RunAsync("admin", "users", "disable", "1")).ExitCode);

        (await _terminal.RunWithInputAsync("password123\n", "login", me.Email, "--password-stdin")).Succeeded();
        (await _terminal.RunWithInputAsync("password123\nanother password\n", "password", "--password-stdin")).Succeeded();
        Assert.Contains("this one", (await _terminal.RunAsync("sessions", "list")).Succeeded().Out, StringComparison.Ordinal);
        (await _terminal.RunAsync("sessions", "end")).Succeeded();
        await store.Clients.SignInAsync(me.Email, "another password");
    }

    [Fact]
    public async Task A_cart_is_changed_by_name_by_number_and_by_id()
    {
        var (mug, pen) = (await store.CreateProductAsync(), await store.CreateProductAsync());
        await RegisterAsync();

        (await _terminal.RunAsync("cart", "add", mug.Name.ToUpperInvariant())).Succeeded();
        (await _terminal.RunAsync("cart", "add", $"{pen.Id}", "2")).Succeeded();
        (await _terminal.RunAsync("cart", "set", "1", "5")).Succeeded();
        (await _terminal.RunAsync("cart", "remove", pen.Name)).Succeeded();

        using var cart = JsonDocument.Parse((await _terminal.RunAsync("cart", "show", "-o", "json")).Succeeded().Out);
        var item = Assert.Single(cart.RootElement.GetProperty("items").EnumerateArray().ToList());
        Assert.Equal((mug.Name, 5), (item.GetProperty("name").GetString(), item.GetProperty("quantity").GetInt32()));

        Assert.Equal(ExitCode.NotFound, (await _terminal.RunAsync("cart", "remove", pen.Name)).ExitCode);
        (await _terminal.RunAsync("cart", "clear")).Succeeded();
    }

    [Fact]
    public async Task Json_is_what_the_store_sent()
    {
        var product = await store.CreateProductAsync(name: $"Täßchen -\"手帳\" <b> {Guid.NewGuid():N}");
        using var http = store.Clients.Anonymous();
        var sent = await http.GetStringAsync(
            new Uri($"/api/products/{product.Id}", UriKind.Relative), TestContext.Current.CancellationToken);

        var printed = (await _terminal.RunAsync("products", "show", product.Name, "--output", "json")).Succeeded();

        Assert.Equal(sent + "\n", printed.Out);
        Assert.Empty(printed.Error);
    }

    [Fact]
    public async Task A_long_list_is_one_array_whatever_the_pages()
    {
        var names = Enumerable.Range(0, 205).Select(number => $"Paged {number:000}").ToList();
        foreach (var name in names)
            await store.CreateProductAsync(name: name);

        var all = Read<ProductResponse[]>((await _terminal.RunAsync("products", "list", "--all", "-o", "json")).Succeeded());
        // Newest first by the millisecond; two of the same millisecond come in any order.
        Assert.Equal(names, all.Select(product => product.Name).Where(name => name.StartsWith("Paged ", StringComparison.Ordinal)).Order());

        var some = await _terminal.RunAsync("products", "list", "--limit", "201");
        Assert.Equal(1 + 201, some.Succeeded().Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        Assert.Contains("--all", some.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_admin_adds_changes_and_deletes_a_product()
    {
        await SignInAsAdminAsync();
        var name = $"Lamp {Guid.NewGuid():N}";

        var created = Read<ProductResponse>((await _admin.RunAsync(
            "products", "create", "--name", name, "--price", "1.15", "--stock", "4", "-o", "json")).Succeeded());
        Assert.Equal((115, 4), (created.PriceCents, created.Stock));

        (await _admin.RunAsync("products", "update", name, "--price", "2", "--stock", "6", "--active", "false")).Succeeded();
        Assert.Equal(ExitCode.NotFound, (await _terminal.RunAsync("products", "show", name)).ExitCode);
        var stale = await _admin.RunAsync("products", "update", name, "--price", "3", "--if-version", $"{created.Version}");
        Assert.Equal(ExitCode.Conflict, stale.ExitCode);

        var ledger = (await _admin.RunAsync("products", "stock", name)).Succeeded().Out;
        Assert.Matches("adjustment +\\+2 ", ledger);
        Assert.Matches("initial +\\+4 ", ledger);

        (await _admin.RunAsync("products", "delete", name)).Succeeded();
        var deleted = (await _admin.RunAsync("products", "show", name, "--include", "deleted", "-o", "json")).Succeeded();
        Assert.Equal(200, Read<ProductResponse>(deleted).PriceCents);
    }

    [Fact]
    public async Task An_order_is_watched_until_it_is_delivered()
    {
        var product = await store.CreateProductAsync();
        await RegisterAsync();
        await SignInAsAdminAsync();
        (await _terminal.RunAsync("cart", "add", product.Name)).Succeeded();
        var order = Read<OrderResponse>((await _terminal.RunAsync("orders", "place", "-o", "json")).Succeeded());

        var watching = _terminal.RunAsync("orders", "watch", $"{order.Id}", "-o", "json");
        foreach (var status in new[] { "paid", "shipped", "delivered" })
            (await _admin.RunAsync("admin", "orders", "set-status", $"{order.Id}", status)).Succeeded();
        var shown = (await _admin.RunAsync("admin", "orders", "show", $"{order.Id}")).Succeeded();
        Assert.Contains("delivered", shown.Out, StringComparison.Ordinal);
        var watched = (await watching).Succeeded();

        var last = JsonSerializer.Deserialize<OrderResponse>(watched.Out.TrimEnd().Split('\n')[^1], Json.Tolerant);
        Assert.Equal(OrderStatus.Delivered, last?.Status);
        var refused = await _terminal.RunAsync("orders", "cancel", $"{order.Id}");
        Assert.Equal(ExitCode.Conflict, refused.ExitCode);
    }

    [Fact]
    public async Task Refusals_have_exit_codes_and_sentences()
    {
        var product = await store.CreateProductAsync(stock: 2, priceCents: 1000);
        var email = await RegisterAsync();

        await RefusedAsync(ExitCode.NotFound, "There is no product named \"no such thing\".", "products", "show", "no such thing");
        await RefusedAsync(ExitCode.NotFound, "There is no such order.", "orders", "show", $"{Guid.NewGuid()}");
        await RefusedAsync(ExitCode.Failed, "Your role does not permit it", "products", "create", "--name", "X", "--price", "1");
        await RefusedAsync(ExitCode.Conflict, "3 wanted, 2 in stock", "cart", "add", product.Name, "3");
        await RefusedAsync(ExitCode.Failed, "gocart cart add", "orders", "place");

        (await _terminal.RunAsync("cart", "add", product.Name, "2")).Succeeded();
        await RefusedAsync(ExitCode.Conflict, "gocart cart show", "orders", "place", "--expected-total", "19.99");

        var again = await _terminal.RunWithInputAsync("password123\n", "login", email, "--password-stdin", "-o", "json");
        Assert.Equal(email, Read<UserResponse>(again.Succeeded()).Email);
        Assert.DoesNotContain("token", again.Out, StringComparison.Ordinal);

        var taken = await _terminal.RunWithInputAsync("password123\n", "register", email, "--password-stdin");
        Assert.Equal(ExitCode.Conflict, taken.ExitCode);
        var tooShort = await _terminal.RunWithInputAsync("short\n", "register", $"{Guid.NewGuid():N}@example.com", "--password-stdin");
        Assert.Equal(ExitCode.Failed, tooShort.ExitCode);
        Assert.Equal("gocart: password must have 8 to 128 characters.\n", tooShort.Error);
        var wrong = await _terminal.RunWithInputAsync("password124\n", "login", email, "--password-stdin");
        Assert.Equal(ExitCode.NotSignedIn, wrong.ExitCode);

        async Task RefusedAsync(int exitCode, string sentence, params string[] args)
        {
            var result = await _terminal.RunAsync(args);
            Assert.True(exitCode == result.ExitCode, $"Exit code {result.ExitCode}: {result.Error}");
            Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
            Assert.Empty(result.Out);
        }
    }

    private async Task<string> RegisterAsync()
    {
        var email = $"{Guid.NewGuid():N}@example.com";
        (await _terminal.RunWithInputAsync("password123\n", "register", email, "--password-stdin")).Succeeded();
        return email;
    }

    private async Task SignInAsAdminAsync() =>
        (await _admin.RunWithInputAsync("admin123\n", "login", "admin@example.com", "--password-stdin")).Succeeded();

    private async Task<int> StockAsync(ProductResponse product) => Read<ProductResponse>(
        (await _terminal.RunAsync("products", "show", $"{product.Id}", "-o", "json")).Succeeded()).Stock;

    private static T Read<T>(CliResult result) =>
        JsonSerializer.Deserialize<T>(result.Out, Json.Tolerant) ?? throw new JsonException(result.Out);
}
