using FsCheck;
using FsCheck.Fluent;
using GoCart.Cli.Formats;

namespace GoCart.Tests.Cli;

public sealed class PriceTests
{
    [Theory]
    [InlineData("19.99", 1999)]
    [InlineData(" 20 ", 2000)]
    [InlineData("20.5", 2050)]
    [InlineData("0.07", 7)]
    [InlineData("0", 0)]
    [InlineData("007.10", 710)]
    // 1.15 as a double is 1.149999…; cut to cents it would lose one.
    [InlineData("1.15", 115)]
    [InlineData("10000000.00", 1_000_000_000)]
    [InlineData("92233720368547758.07", long.MaxValue)]
    public void A_decimal_text_is_read_to_the_cent(string text, long expected)
    {
        Assert.True(Price.TryParse(text, out var cents, out _));

        Assert.Equal(expected, cents);
    }

    [Theory]
    [InlineData("-1", "negative")]
    [InlineData("-0.01", "negative")]
    [InlineData("1.999", "two decimals")]
    [InlineData("1.000", "two decimals")]
    [InlineData("92233720368547758.08", "too large")]
    [InlineData("99999999999999999999", "too large")]
    [InlineData("", "like 19.99")]
    [InlineData("1,99", "like 19.99")]
    [InlineData("1.", "like 19.99")]
    [InlineData(".50", "like 19.99")]
    [InlineData("1.2.3", "like 19.99")]
    [InlineData("1e3", "like 19.99")]
    [InlineData("+1", "like 19.99")]
    [InlineData("$5", "like 19.99")]
    [InlineData("NaN", "like 19.99")]
    [InlineData("١٢", "like 19.99")]
    public void Anything_else_is_refused_with_a_reason(string text, string reason)
    {
        Assert.False(Price.TryParse(text, out var cents, out var problem));

        Assert.Equal(0, cents);
        Assert.Contains(reason, problem, StringComparison.Ordinal);
    }

    [Fact]
    public void Every_price_that_is_shown_can_be_typed_again() =>
        Prop.ForAll(
            ArbMap.Default.ArbFor<NonNegativeInt>(),
            cents => Price.TryParse(Price.Format(cents.Get), out var again, out _) && again == cents.Get)
            .QuickCheckThrowOnFailure();
}
