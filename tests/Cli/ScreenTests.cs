using GoCart.Cli;
using GoCart.Cli.Views;

namespace GoCart.Tests.Cli;

/// <summary>Tables, details and the menu, as they look.</summary>
public sealed class ScreenTests
{
    [Fact]
    public void Products() => Snapshot.Matches("products", Snapshot.Of(ProductViews.Table(Samples.Products)));

    [Fact]
    public void Products_to_choose_from() =>
        Snapshot.Matches("products-numbered", Snapshot.Of(ProductViews.Table(Samples.Products, numbered: true), width: 60));

    [Fact]
    public void Products_for_a_program() =>
        Snapshot.Matches("products-bare", Snapshot.Of(ProductViews.Table(Samples.Products), width: 2000, isTerminal: false));

    [Fact]
    public void One_product() =>
        Snapshot.Matches("product", Snapshot.Of(ProductViews.AllDetails(Samples.Products[0], Samples.Clock)));

    [Fact]
    public void One_product_for_a_customer() =>
        Snapshot.Matches("product-for-customer", Snapshot.Of(ProductViews.Details(Samples.Products[0])));

    [Fact]
    public void A_stock_ledger() =>
        Snapshot.Matches("stock-ledger", Snapshot.Of(ProductViews.Ledger(Samples.Ledger, Samples.Clock)));

    [Fact]
    public void A_cart() => Snapshot.Matches("cart", Snapshot.Of(CartViews.Table(Samples.Cart)));

    [Fact]
    public void Orders() =>
        Snapshot.Matches("orders", Snapshot.Of(OrderViews.Table([Samples.RejectedOrder, Samples.Order], Samples.Clock), width: 120));

    [Fact]
    public void Orders_on_a_narrow_terminal() =>
        Snapshot.Matches("orders-narrow", Snapshot.Of(OrderViews.Table([Samples.Order], Samples.Clock), width: 80));

    [Fact]
    public void Orders_to_choose_from() => Snapshot.Matches(
        "orders-numbered", Snapshot.Of(OrderViews.Table([Samples.Order], Samples.Clock, numbered: true), width: 80));

    [Fact]
    public void One_order() => Snapshot.Matches("order", Snapshot.Of(OrderViews.Details(Samples.Order, Samples.Clock)));

    [Fact]
    public void One_order_for_a_program() => Snapshot.Matches(
        "order-bare", Snapshot.Of(OrderViews.Details(Samples.Order, Samples.Clock), width: 2000, isTerminal: false));

    [Fact]
    public void A_rejected_order() =>
        Snapshot.Matches("order-rejected", Snapshot.Of(OrderViews.Details(Samples.RejectedOrder, Samples.Clock)));

    [Fact]
    public void An_account() => Snapshot.Matches("account", Snapshot.Of(AccountViews.Details(Samples.User, Samples.Clock)));

    [Fact]
    public async Task The_menu_before_somebody_signs_in()
    {
        using var terminal = new TestTerminal { Keyboard = new Keys("4\n3\n"), Variables = { ["NO_COLOR"] = "1" } };

        var result = await terminal.RunAsync();

        Assert.Equal(ExitCode.Ok, result.ExitCode);
        Assert.Empty(result.Error);
        Snapshot.Matches("menu", result.Out);
    }

    [Fact]
    public async Task A_failed_sign_in_goes_back_to_the_menu()
    {
        using var terminal = new TestTerminal(new Uri("http://127.0.0.1:1"))
        {
            Keyboard = new Keys("1\nann@example.com\npassword123\n2\nann@example.com\npassword123\npassword124\n\u001B"),
            Variables = { ["NO_COLOR"] = "1" },
        };

        var result = await terminal.RunAsync();

        Assert.Equal(ExitCode.Ok, result.ExitCode);
        Assert.DoesNotContain("password12", result.Out, StringComparison.Ordinal);
        Snapshot.Matches("menu-sign-in-fails", result.Out);
    }

    [Fact]
    public async Task Colours_are_for_terminals_that_want_them()
    {
        using var colourful = new TestTerminal { Keyboard = new Keys("3\n") };
        using var plain = new TestTerminal { Keyboard = new Keys("3\n"), Variables = { ["NO_COLOR"] = "1" } };
        using var piped = new TestTerminal();

        Assert.Contains('\u001B', (await colourful.RunAsync()).Out);
        Assert.DoesNotContain('\u001B', (await plain.RunAsync()).Out);
        Assert.DoesNotContain('\u001B', (await piped.RunAsync("me")).Error);
    }
}
