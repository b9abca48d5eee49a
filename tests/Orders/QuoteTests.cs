using System.Text.Json;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Products;
using GoCart.Orders;

namespace GoCart.Tests.Orders;

public sealed class QuoteTests
{
    private static readonly DateTimeOffset Now = new(2026, 1, 2, 3, 4, 5, TimeSpan.Zero);
    private static readonly Guid Tea = Guid.NewGuid();
    private static readonly Guid Pot = Guid.NewGuid();

    [Fact]
    public void Items_keep_the_order_of_the_cart_and_the_total_is_their_sum()
    {
        var quote = Quote.Of([new(Tea, 3), new(Pot, 1)], OnSale((Pot, 2999, 1), (Tea, 450, 3)), expectedTotalCents: null, Now);

        Assert.Null(quote.Refusal);
        Assert.Equal([(Tea, 1350L), (Pot, 2999L)], quote.Items.Select(item => (item.ProductId, item.LineTotalCents)));
        Assert.Equal((4349, "USD"), (quote.TotalCents, quote.Currency));
    }

    [Fact]
    public void The_largest_cart_does_not_overflow()
    {
        var cart = Enumerable.Range(0, 100).Select(_ => new CartContentsItem(Guid.NewGuid(), 999)).ToList();

        var quote = Quote.Of(
            cart, OnSale([.. cart.Select(item => (item.ProductId, 1_000_000_000L, 1000))]), expectedTotalCents: null, Now);

        Assert.Equal(99_900_000_000_000, quote.TotalCents);
    }

    [Fact]
    public void A_total_that_does_not_fit_is_an_error_and_never_a_wrong_price()
    {
        Assert.Throws<OverflowException>(() => Quote.Of([new(Tea, 3)], OnSale((Tea, long.MaxValue, 3)), null, Now));
    }

    [Theory]
    // What is off sale is said before what is short, and both before a price.
    [InlineData(false, 1, 2999, "product_unavailable")]
    [InlineData(true, 1, 2999, "insufficient_stock")]
    [InlineData(true, 2, 2999, "price_changed")]
    [InlineData(true, 2, 5998, null)]
    [InlineData(true, 2, 0, "price_changed")]
    [InlineData(true, 2, null, null)]
    public void A_cart_is_refused_for_the_first_reason(bool isOnSale, int stock, int? expectedTotalCents, string? code)
    {
        var onSale = isOnSale ? OnSale((Pot, 2999, stock)) : OnSale();

        var quote = Quote.Of([new(Pot, 2)], onSale, expectedTotalCents, Now);

        Assert.Equal(code, quote.Refusal?.ProblemDetails.Extensions["code"]);
    }

    [Fact]
    public void Only_the_items_concerned_are_named()
    {
        var quote = Quote.Of([new(Tea, 3), new(Pot, 1)], OnSale((Pot, 2999, 1), (Tea, 450, 2)), expectedTotalCents: null, Now);

        var items = JsonSerializer.SerializeToElement(quote.Refusal?.ProblemDetails.Extensions["items"]).EnumerateArray();
        var item = Assert.Single(items);
        Assert.Equal((Tea, 3, 2), (
            item.GetProperty("product_id").GetGuid(), item.GetProperty("requested").GetInt32(), item.GetProperty("available").GetInt32()));
    }

    private static Dictionary<Guid, ProductOnSale> OnSale(params (Guid Id, long PriceCents, int Stock)[] products) =>
        products.ToDictionary(
            product => product.Id,
            product => new ProductOnSale(product.Id, "Product", product.PriceCents, "USD", product.Stock));
}
