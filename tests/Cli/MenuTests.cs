using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Cli;

/// <summary>The menu against a real store, typed key by key; the whole conversation is compared.</summary>
public sealed class CustomerMenuTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    [Fact]
    public async Task A_customer_browses_changes_the_cart_and_checks_out()
    {
        await store.CreateProductAsync(stock: 12, priceCents: 1999, name: "Coffee mug");
        await store.CreateProductAsync(stock: 3, priceCents: 650, name: "Notebook");

        var shown = await Conversation.TypeAsync(
            store,
            "2\nann@example.com\npassword123\npassword123\n" // register
            + "1\n2\n2\n1\n1\n\n" // browse: two mugs, one notebook, back
            + "2\n1\n\b4\nc\nn\nc\ny\n" // cart: four mugs; check out, no; check out, yes
            + "3\n1\nc\ny\n\n" // orders: cancel it
            + "4\n3\n"); // log out, exit

        Snapshot.Matches("menu-customer", shown);
    }
}

/// <summary>The same for staff, in a store of their own: the customers' products would be in their lists.</summary>
public sealed class AdminMenuTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private const string Escape = "\u001B";

    [Fact]
    public async Task An_admin_manages_products_and_orders()
    {
        var mug = await store.CreateProductAsync(stock: 12, priceCents: 1999, name: "Coffee mug");
        using var customer = new TestTerminal(store.Gateway.Address);
        (await customer.RunWithInputAsync("password123\n", "register", "ann@example.com", "--password-stdin")).Succeeded();
        (await customer.RunAsync("cart", "add", $"{mug.Id}", "2")).Succeeded();
        (await customer.RunAsync("orders", "place")).Succeeded();

        var shown = await Conversation.TypeAsync(
            store,
            "1\nadmin@example.com\nadmin123\n"
            + "4\na\nDesk lamp\nWarm light\n2O\n20.5\n7\n" // add; a letter O is no zero
            + "1\n3\n" + "\b\b\b\b\b" + "21\n" // open the newest: price
            + "4\n\b9\n" // stock
            + $"6\n{Escape}" // ledger
            + $"5\n{Escape}{Escape}" // off sale, back
            + $"5\nf\n1\n1\n1\n{Escape}{Escape}" // orders: the pending ones, the first, paid
            + "7\n");

        Snapshot.Matches("menu-admin", shown);
    }

    [Theory]
    [InlineData("catalog", "Manage Products", "Manage Orders")]
    [InlineData("support", "Manage Orders", "Manage Products")]
    public async Task Staff_see_what_their_role_opens_and_nothing_else(string role, string open, string closed)
    {
        var staff = await store.Clients.StaffAsync(role);

        var shown = await Conversation.TypeAsync(store, $"1\n{staff.Email}\n{StoreClients.Password}\n6\n");

        Assert.Contains(open, shown, StringComparison.Ordinal);
        Assert.DoesNotContain(closed, shown, StringComparison.Ordinal);
    }
}
