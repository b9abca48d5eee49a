using FsCheck;
using FsCheck.Fluent;
using GoCart.Contracts.Orders;
using GoCart.Orders;

namespace GoCart.Tests.Orders;

public sealed class OrderStateTests
{
    private static readonly OrderState PendingReserved = new(OrderStatus.Pending, StockState.Reserved);
    private static readonly OrderState Paid = new(OrderStatus.Paid, StockState.Reserved);
    private static readonly OrderState Shipped = new(OrderStatus.Shipped, StockState.Reserved);
    private static readonly OrderState Delivered = new(OrderStatus.Delivered, StockState.Reserved);
    private static readonly OrderState Cancelled = new(OrderStatus.Cancelled, StockState.Released);
    private static readonly OrderState Rejected = new(OrderStatus.Rejected, StockState.Rejected);

    /// <summary>Every state an order can be in.</summary>
    internal static OrderState[] All { get; } =
        [OrderState.Placed, PendingReserved, Paid, Shipped, Delivered, Cancelled, Rejected];

    /// <summary>Where one step leads to from there.</summary>
    internal static HashSet<OrderState> Next(OrderState state) =>
    [
        state.AfterStockReserved(),
        state.AfterStockRejected(),
        .. Enum.GetValues<OrderStatus>().Select(status => state.MoveTo(status).State),
    ];

    [Fact]
    public void No_step_leads_out_of_the_seven_states()
    {
        Assert.All(All, state => Assert.Subset(All.ToHashSet(), Next(state)));
    }

    [Fact]
    public void A_final_state_is_never_left()
    {
        Assert.All([Delivered, Cancelled, Rejected], state => Assert.Equal([state], Next(state)));
    }

    [Theory]
    [InlineData(OrderStatus.Pending, StockState.Awaiting, OrderStatus.Paid, "StockNotReserved")]
    [InlineData(OrderStatus.Pending, StockState.Reserved, OrderStatus.Paid, "None")]
    [InlineData(OrderStatus.Pending, StockState.Reserved, OrderStatus.Shipped, "IllegalTransition")]
    [InlineData(OrderStatus.Paid, StockState.Reserved, OrderStatus.Shipped, "None")]
    [InlineData(OrderStatus.Shipped, StockState.Reserved, OrderStatus.Delivered, "None")]
    [InlineData(OrderStatus.Shipped, StockState.Reserved, OrderStatus.Cancelled, "IllegalTransition")]
    [InlineData(OrderStatus.Shipped, StockState.Reserved, OrderStatus.Paid, "IllegalTransition")]
    [InlineData(OrderStatus.Rejected, StockState.Rejected, OrderStatus.Cancelled, "IllegalTransition")]
    [InlineData(OrderStatus.Cancelled, StockState.Released, OrderStatus.Paid, "IllegalTransition")]
    [InlineData(OrderStatus.Cancelled, StockState.Released, OrderStatus.Cancelled, "None")]
    public void A_status_is_reached_or_refused(OrderStatus status, StockState stock, OrderStatus wanted, string refusal)
    {
        var move = new OrderState(status, stock).MoveTo(wanted);

        Assert.Equal(refusal, move.Refusal.ToString());
        Assert.Equal(refusal == "None" ? wanted : status, move.State.Status);
    }

    [Fact]
    public void Stock_answers_and_a_cancellation_end_the_same_in_any_order_and_however_often_they_come()
    {
        // Products answers for an order once, always the same; what varies is when it arrives, and how often.
        var runs = from isReserved in Gen.Elements(true, false)
                   from first in Gen.Shuffle(["answer", "cancel"])
                   from more in Gen.ListOf(Gen.Elements("answer", "cancel"))
                   select (isReserved, steps: first.Concat(more).ToArray());

        Prop.ForAll(runs.ToArbitrary(), run =>
        {
            var end = run.steps.Aggregate(OrderState.Placed, (state, step) => step switch
            {
                "cancel" => state.MoveTo(OrderStatus.Cancelled).State,
                _ => run.isReserved ? state.AfterStockReserved() : state.AfterStockRejected(),
            });

            // An order that was rejected first can no longer be cancelled; otherwise cancelled is where all ways end.
            var expected = run is { isReserved: false, steps: ["answer", ..] } ? Rejected : Cancelled;
            return end == expected;
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    [Fact]
    public void Any_walk_ends_in_a_state_that_products_agrees_with()
    {
        // Stock is held for an order in these states, and in no other.
        var walks = Gen.ListOf(Gen.Elements<Func<OrderState, OrderState>>(
            [
                state => state.AfterStockReserved(),
                .. Enum.GetValues<OrderStatus>().Select(Move),
            ]));

        Prop.ForAll(walks.ToArbitrary(), walk =>
        {
            var end = walk.Aggregate(OrderState.Placed, (state, step) => step(state));
            return end.Stock == StockState.Reserved == (end == PendingReserved || end == Paid || end == Shipped || end == Delivered);
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));

        static Func<OrderState, OrderState> Move(OrderStatus status) => state => state.MoveTo(status).State;
    }
}
