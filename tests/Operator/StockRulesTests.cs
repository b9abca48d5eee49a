using GoCart.Operator.Audit;

namespace GoCart.Tests.Operator;

/// <summary>What two databases may say of one order, and what they may not.</summary>
public sealed class StockRulesTests
{
    private static readonly Guid Id = Guid.NewGuid();
    private const long Items = 1;
    private const long Others = 2;

    [Theory]
    // Not answered yet, answered and not heard, heard.
    [InlineData("pending", "awaiting", null)]
    [InlineData("pending", "awaiting", "reserved")]
    [InlineData("pending", "awaiting", "rejected")]
    [InlineData("paid", "reserved", "reserved")]
    [InlineData("rejected", "rejected", "rejected")]
    // Cancelled: before products heard of the order, after, and after it was rejected.
    [InlineData("cancelled", "released", null)]
    [InlineData("cancelled", "released", "void")]
    [InlineData("cancelled", "released", "released")]
    [InlineData("cancelled", "released", "rejected")]
    // Products was restored to a moment before it rejected.
    [InlineData("rejected", "rejected", null)]
    public void What_happens_in_a_healthy_store_is_no_finding(string status, string stockState, string? state) =>
        Assert.Empty(StockRules.Check(new(Id, status, stockState, Items), StockOf(state)));

    [Theory]
    [InlineData("cancelled", "released", "reserved", (int)Doubt.CancellationMayBeUnderWay)]
    [InlineData("pending", "reserved", "released", (int)Doubt.OrderMayHaveChanged)]
    [InlineData("pending", "awaiting", "released", (int)Doubt.OrderMayHaveChanged)]
    [InlineData("pending", "awaiting", "void", (int)Doubt.OrderMayHaveChanged)]
    public void What_may_be_under_way_is_looked_at_again(string status, string stockState, string state, int doubt)
    {
        var finding = Assert.Single(StockRules.Check(new(Id, status, stockState, Items), StockOf(state)));

        Assert.Equal(("I2", (Doubt)doubt), (finding.Invariant, finding.Doubt));
    }

    [Theory]
    [InlineData("reserved", null)]
    [InlineData("reserved", "rejected")]
    [InlineData("reserved", "void")]
    [InlineData("rejected", "reserved")]
    [InlineData("rejected", "released")]
    public void Orders_never_knows_more_than_products(string stockState, string? state)
    {
        var finding = Assert.Single(StockRules.Check(new(Id, "pending", stockState, Items), StockOf(state)));

        Assert.Equal(("I2", Doubt.None), (finding.Invariant, finding.Doubt));
    }

    [Theory]
    [InlineData("pending", Remedy.CancelOrder)]
    [InlineData("paid", Remedy.CancelOrder)]
    // It is on its way to the customer: what that means, somebody has to say.
    [InlineData("shipped", Remedy.None)]
    public void An_order_whose_stock_was_given_back_is_cancelled_while_it_can_be(string status, Remedy remedy)
    {
        var finding = Assert.Single(StockRules.Check(new(Id, status, "reserved", Items), StockOf("released")));

        Assert.Equal(remedy, finding.Remedy);
    }

    [Fact]
    public void Nothing_was_sold_for_an_order_that_was_rejected() =>
        Assert.NotEmpty(StockRules.Check(new(Id, "rejected", "rejected", Items), new(Id, null, Items, null)));

    [Fact]
    public void Stock_without_an_order_may_belong_to_one_that_came_since()
    {
        var finding = Assert.Single(StockRules.Check(null, StockOf("reserved")));

        Assert.Equal(("I3", Doubt.OrderMayHaveChanged), (finding.Invariant, finding.Doubt));
    }

    [Fact]
    public void Sale_rows_are_the_items() =>
        Assert.Equal(["its sale rows are not its items"], Details(new(Id, "reserved", Others, null)));

    [Fact]
    public void The_ledger_says_what_order_stock_says()
    {
        StockSide[] impossible =
        [
            new(Id, null, Items, null),
            new(Id, "reserved", null, null),
            new(Id, "reserved", Items, Items),
            new(Id, "released", Items, null),
            new(Id, "released", Items, Others),
            new(Id, "released", null, null),
            new(Id, "rejected", Items, null),
            new(Id, "void", Items, Items),
        ];

        Assert.All(impossible, stock => Assert.Contains(
            StockRules.Check(new(Id, "pending", "awaiting", Items), stock),
            finding => finding is { Invariant: "I2" or "I4", Doubt: Doubt.None }));
    }

    private static StockSide? StockOf(string? state) => state switch
    {
        null => null,
        "reserved" => new(Id, state, Items, null),
        "released" => new(Id, state, Items, Items),
        _ => new(Id, state, null, null),
    };

    private static IEnumerable<string> Details(StockSide stock) =>
        StockRules.Check(new(Id, "pending", "reserved", Items), stock).Select(finding => finding.Detail);
}
