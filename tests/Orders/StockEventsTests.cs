using GoCart.Contracts.Orders;
using GoCart.Orders;

namespace GoCart.Tests.Orders;

/// <summary>The handlers of stock.reserved and stock.rejected, and the change of status, against the rules they stand for.</summary>
public sealed class StockEventsTests(OrdersDatabase orders) : IClassFixture<OrdersDatabase>
{
    [Fact]
    public async Task In_every_state_an_event_or_a_command_does_what_the_rules_say()
    {
        foreach (var state in OrderStateTests.All)
        {
            var reserved = await orders.PlaceAsync(state);
            await orders.ConfirmAsync(reserved.Id);
            await AssertStateAsync(state.AfterStockReserved(), reserved);

            var rejected = await orders.PlaceAsync(state);
            await orders.RejectAsync(rejected.Id);
            await AssertStateAsync(state.AfterStockRejected(), rejected);

            foreach (var status in Enum.GetValues<OrderStatus>().Except([OrderStatus.Pending, OrderStatus.Rejected]))
            {
                var moved = await orders.PlaceAsync(state);
                var change = await orders.MoveAsync(moved.Id, status);
                Assert.Equal(state.MoveTo(status).Refusal, change.Refusal);
                await AssertStateAsync(state.MoveTo(status).State, moved);
            }
        }
    }

    [Fact]
    public async Task A_batch_moves_every_order_once_however_often_it_is_named()
    {
        var first = await orders.PlaceAsync();
        var second = await orders.PlaceAsync();

        await orders.ConfirmAsync(second.Id, first.Id, second.Id, Guid.NewGuid());
        await orders.ConfirmAsync(first.Id);

        Assert.All(
            [await orders.FindAsync(first.Id), await orders.FindAsync(second.Id)],
            order => Assert.Equal((StockState.Reserved, 2), (order.StockState, order.Version)));
    }

    [Fact]
    public async Task A_rejected_order_says_why()
    {
        var order = await orders.PlaceAsync();

        await orders.RejectAsync(order.Id, order.Id);

        var rejected = await orders.FindAsync(order.Id);
        Assert.Equal("insufficient_stock", rejected.Rejection?.Reason);
        Assert.Equal([new RejectedItem(order.Id, 2, 1)], rejected.Rejection?.Items);
        Assert.Equal([OrderStatus.Pending, OrderStatus.Rejected], rejected.History.Select(entry => entry.Status));
        Assert.Equal("insufficient_stock", rejected.History[1].Reason);
    }

    [Fact]
    public async Task Nobody_awaits_stock_once_it_was_reserved_rejected_or_released()
    {
        var waiting = await orders.PlaceAsync();
        Assert.Equal(1, await AwaitingAsync(waiting.Id));

        var reserved = await orders.PlaceAsync(new OrderState(OrderStatus.Pending, StockState.Reserved));
        var rejected = await orders.PlaceAsync(new OrderState(OrderStatus.Rejected, StockState.Rejected));
        var cancelled = await orders.PlaceAsync(new OrderState(OrderStatus.Cancelled, StockState.Released));

        Assert.Equal(0, await AwaitingAsync(reserved.Id) + await AwaitingAsync(rejected.Id) + await AwaitingAsync(cancelled.Id));
    }

    [Fact]
    public async Task A_cancelled_order_is_the_same_after_a_late_answer()
    {
        var cancelled = await orders.PlaceAsync(new OrderState(OrderStatus.Cancelled, StockState.Released));

        await orders.ConfirmAsync(cancelled.Id);
        await orders.RejectAsync(cancelled.Id);

        Assert.Equivalent(cancelled, await orders.FindAsync(cancelled.Id), strict: true);
    }

    [Fact]
    public async Task What_a_change_tells_is_what_is_read_later()
    {
        var order = await orders.PlaceAsync();

        var told = await orders.MoveAsync(order.Id, OrderStatus.Cancelled);

        Assert.Equivalent(await orders.FindAsync(order.Id), told.Order, strict: true);
    }

    private async Task AssertStateAsync(OrderState expected, OrderResponse before)
    {
        var after = await orders.FindAsync(before.Id);
        Assert.Equal(expected, new OrderState(after.Status, after.StockState));
        Assert.Equal(expected == new OrderState(before.Status, before.StockState) ? before.Version : before.Version + 1, after.Version);
        Assert.Equal(after.Status, after.History[^1].Status);

        var events = await orders.CountAsync(
            "select count(*) from outbox where type = 'order.cancelled' and body ->> 'order_id' = @id", new { id = after.Id.ToString() });
        Assert.Equal(after.Status == OrderStatus.Cancelled ? 1 : 0, events);
    }

    private Task<long> AwaitingAsync(Guid orderId) =>
        orders.CountAsync("select count(*) from awaiting_stock where order_id = @orderId", new { orderId });
}
