using System.Text.Json;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Hosting;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.Messaging;
using GoCart.Contracts.Orders;
using Npgsql;

namespace GoCart.Orders;

/// <summary>
/// Makes an order of a customer's cart, exactly once, whoever fails on the way:
/// <list type="number">
/// <item>A request whose idempotency key has an answer gets that answer.</item>
/// <item>The cart is read, then prices and stock, all within one time limit. No transaction is open meanwhile.</item>
/// <item>Everything is stored in one statement. If the database refuses it, because the cart was ordered before, then either
/// this is a second click, and gets the first order; or the items of the last order are still in the cart, because carts was
/// away when it should have taken them out: it is told again, and the cart is read anew.</item>
/// <item>Carts takes out what was ordered. If it does not answer, the event order.created tells it as soon as it is back.</item>
/// </list>
/// </summary>
internal sealed partial class Checkout(
    NpgsqlDataSource db, OrderStore orders, CartsClient carts, ProductsClient products, OutboxSignal outbox, TimeProvider clock,
    ILogger<Checkout> logger)
{
    /// <summary>For everything before the order is stored: a failure is answered within 2 s.</summary>
    private static readonly TimeSpan ReadLimit = TimeSpan.FromSeconds(1.6);

    private static readonly TimeSpan RemoveLimit = TimeSpan.FromSeconds(1);

    /// <summary>
    /// The cart is read again only after an earlier order was taken out of it. Two such in a row are a rare sight, unless carts
    /// was restored from a backup.
    /// </summary>
    private const int MaxRounds = 10;

    public async Task<CheckoutResult> RunAsync(CheckoutRequest request, CancellationToken cancellationToken)
    {
        if (await FindAnswerAsync(request, cancellationToken) is { } answered)
            return answered;

        using var limit = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit.CancelAfter(ReadLimit);

        for (var round = 1; round <= MaxRounds; round++)
        {
            if (await TryOrderAsync(request, limit.Token) is { } result)
                return result;
        }
        return new CheckoutResult.Refused(Problem.Unavailable("Your cart is changing too fast; try again."));
    }

    /// <returns>Null when an earlier order has just been taken out of the cart, so that it has to be read again.</returns>
    private async Task<CheckoutResult?> TryOrderAsync(CheckoutRequest request, CancellationToken cancellationToken)
    {
        var cart = await carts.GetAsync(request.User, cancellationToken);
        if (cart is not { Id: { } cartId, Items.Count: > 0 })
        {
            // Emptied, perhaps, by the first request with this key, which had no answer yet when this one asked for it.
            return await FindAnswerAsync(request, cancellationToken) ?? new CheckoutResult.Refused(Problems.CartEmpty());
        }

        var onSale = await products.FindAsync(
            request.User, [.. cart.Items.Select(item => item.ProductId)], cancellationToken);
        var now = clock.GetMicrosecondNow();
        var quote = Quote.Of(cart.Items, onSale, request.ExpectedTotalCents, now);

        if (quote.Refusal is null
            && await TryPlaceAsync(request, NewOrder.From(request.User.Id, cartId, cart, quote, now)) is { } result)
            return result;

        // Also after a refusal: the stock that is missing may be what the first click took.
        if (await EarlierOrder.FindAsync(db, request.User.Id, cartId, cart, cancellationToken) is { } earlier)
        {
            return earlier.IsOf(cart)
                ? await AnswerSecondClickAsync(request, earlier, cancellationToken)
                : await RepeatRemovalAsync(request, earlier, cancellationToken);
        }
        return quote.Refusal is null ? null : new CheckoutResult.Refused(quote.Refusal);
    }

    /// <returns>Null when the cart was ordered before.</returns>
    private async Task<CheckoutResult?> TryPlaceAsync(CheckoutRequest request, NewOrder order)
    {
        Failpoint.Hit("order.before_commit");
        var storing = Storing.Stored;
        if (await StoreAsync(request, StoreOrderAsync, CancellationToken.None) is { } answered)
            return answered;
        if (storing == Storing.OrderedBefore)
            return null;
        Failpoint.Hit("order.after_commit");

        outbox.Wake();
        OrdersTelemetry.Placed.Add(1);
        await RemoveFromCartAsync(request.User, order.Ordered);
        return new CheckoutResult.Placed(order.Placed);

        async Task<bool> StoreOrderAsync()
        {
            storing = await orders.StoreAsync(order, request.Key, request.Fingerprint);
            return storing != Storing.KeyTaken;
        }
    }

    private async Task<CheckoutResult> AnswerSecondClickAsync(
        CheckoutRequest request, EarlierOrder earlier, CancellationToken cancellationToken)
    {
        // The first click may have died before it told carts.
        await RemoveFromCartAsync(request.User, earlier.Ordered);

        // With the key of the first click it gets the first answer; with another key this one is kept under it.
        return await FindAnswerAsync(request, cancellationToken)
            ?? await KeepAsync(request, earlier.Order, cancellationToken)
            ?? new CheckoutResult.Found(earlier.Order);
    }

    /// <returns>The answer of a rival with the same key, if one was quicker.</returns>
    private async Task<CheckoutResult?> KeepAsync(
        CheckoutRequest request, OrderResponse order, CancellationToken cancellationToken)
    {
        if (request.Key is not { } key)
            return null;

        var answer = new IdempotentAnswer(
            request.Fingerprint, StatusCodes.Status200OK, Location: null, ETags.For(order.Version),
            JsonSerializer.Serialize(order, StrictJson.Options));
        return await StoreAsync(
            request,
            () => db.InTransactionAsync(tx => answer.TryInsertAsync(tx, request.User.Id, key, cancellationToken), cancellationToken),
            cancellationToken);
    }

    /// <returns>Null: the cart has to be read again.</returns>
    /// <exception cref="HttpRequestException">Carts is away, and nothing can be ordered: the same would be ordered twice.</exception>
    private async Task<CheckoutResult?> RepeatRemovalAsync(
        CheckoutRequest request, EarlierOrder earlier, CancellationToken cancellationToken)
    {
        await carts.RemoveOrderedAsync(request.User, earlier.Ordered, cancellationToken);
        return null;
    }

    private async Task RemoveFromCartAsync(CurrentUser user, OrderedContents ordered)
    {
        // Goes on when the client hangs up: the order stands, so its items belong out of the cart.
        using var limit = new CancellationTokenSource(RemoveLimit);
        try
        {
            await carts.RemoveOrderedAsync(user, ordered, limit.Token);
        }
        catch (Exception e) when (e is HttpRequestException or OperationCanceledException)
        {
            LogNotRemoved(ordered.OrderId, e.Message);
        }
    }

    private async Task<CheckoutResult?> FindAnswerAsync(CheckoutRequest request, CancellationToken cancellationToken) =>
        request.Key is { } key
        && await IdempotentAnswer.FindReplayAsync(db, request.User.Id, key, request.Fingerprint, cancellationToken) is { } answer
            ? new CheckoutResult.Answered(answer)
            : null;

    /// <returns>Null when it is stored; what a rival with the same key came to, if it was not.</returns>
    private async Task<CheckoutResult?> StoreAsync(
        CheckoutRequest request, Func<Task<bool>> store, CancellationToken cancellationToken)
    {
        if (request.Key is not { } key)
        {
            await store();
            return null;
        }

        return await IdempotentAnswer.StoreOnceAsync(
            db, request.User.Id, key, request.Fingerprint, store, cancellationToken) is { } answer
                ? new CheckoutResult.Answered(answer)
                : null;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "Carts could not be told of order {OrderId}, and will hear of it by order.created: {Reason}")]
    private partial void LogNotRemoved(Guid orderId, string reason);
}

/// <param name="ExpectedTotalCents">What the customer believes the cart costs; null if any price is right.</param>
/// <param name="Fingerprint">Of the request, for its key; empty without one.</param>
internal sealed record CheckoutRequest(CurrentUser User, long? ExpectedTotalCents, IdempotencyKey? Key, byte[] Fingerprint);

internal abstract record CheckoutResult
{
    /// <summary>A new order.</summary>
    public sealed record Placed(OrderResponse Order) : CheckoutResult;

    /// <summary>The order that this version of the cart became before.</summary>
    public sealed record Found(OrderResponse Order) : CheckoutResult;

    /// <summary>The answer that this idempotency key has already, or 409 because it will have one soon.</summary>
    public sealed record Answered(IResult Answer) : CheckoutResult;

    /// <summary>No order, and nothing stored.</summary>
    public sealed record Refused(IResult Problem) : CheckoutResult;
}
