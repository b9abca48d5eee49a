using GoCart.Cli.Api;
using GoCart.Cli.Formats;
using GoCart.Cli.Terminals;
using GoCart.Contracts.Orders;

namespace GoCart.Cli.Shopping;

/// <summary>
/// One decision to buy. However often it is sent, it becomes one order at most: every try carries the same idempotency
/// key, and the total the customer agreed to.
/// </summary>
internal sealed class Checkout(GoCartClient client, Terminal terminal, long expectedTotalCents, string? idempotencyKey = null)
{
    private const int MostTries = 4;

    /// <summary>How long the store may hold its answer until the stock is decided; after that we ask again and again.</summary>
    private const int WaitSeconds = 8;

    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(60);

    private readonly string _key = idempotencyKey ?? Guid.CreateVersion7().ToString();

    /// <summary>A request may have arrived whose answer we do not know: from here on no refusal of another proves that there is no order.</summary>
    private bool _isUncertain;

    /// <summary>Places the order and waits, for a while, until its stock is reserved or refused.</summary>
    /// <exception cref="UnknownOutcomeException">No answer after several tries.</exception>
    public async Task<Reply<OrderResponse>> PlaceAndWaitAsync(CancellationToken cancellationToken)
    {
        var order = await PlaceAsync(WaitSeconds, cancellationToken);
        if (order.Value.StockState != StockState.Awaiting)
            return order;

        return await terminal.WhileAsync(
            "Ordered. Waiting for the stock…",
            () => new OrderProgress(client, terminal.Clock).UntilStockIsDecidedAsync(order, LongestWait, cancellationToken));
    }

    /// <param name="waitSeconds">Null for an answer at once.</param>
    /// <exception cref="UnknownOutcomeException">No answer after several tries, or none at first and then a failure.</exception>
    public async Task<Reply<OrderResponse>> PlaceAsync(int? waitSeconds, CancellationToken cancellationToken)
    {
        try
        {
            return await SendUntilAnsweredAsync(waitSeconds, cancellationToken);
        }
        catch (CliException e) when (_isUncertain)
        {
            throw new UnknownOutcomeException(e, expectedTotalCents, _key);
        }
        catch (OperationCanceledException)
        {
            terminal.SayHint(UnknownOutcomeException.WayToFindOut(expectedTotalCents, _key));
            throw;
        }
    }

    private async Task<Reply<OrderResponse>> SendUntilAnsweredAsync(int? waitSeconds, CancellationToken cancellationToken)
    {
        for (var tries = 1; ; tries++)
        {
            try
            {
                return await client.PlaceOrderAsync(expectedTotalCents, _key, waitSeconds, cancellationToken);
            }
            catch (CliException e) when (MayHaveArrived(e))
            {
                _isUncertain = true;
                if (tries == MostTries)
                    throw;

                var delay = (e as StoreProblemException)?.RetryAfter ?? TimeSpan.FromSeconds(0.5 * (1 << tries));
                terminal.Say($"{e.Message} Trying again in {delay.TotalSeconds:0.#} s.");
                await Task.Delay(delay, terminal.Clock, cancellationToken);
            }
        }
    }

    private static bool MayHaveArrived(CliException failure) => failure switch
    {
        NoAnswerException noAnswer => !noAnswer.NeverArrived,
        StoreProblemException { IsUncertain: true } => true,
        // An earlier try with this key is still at work.
        StoreProblemException { Status: 409, RetryAfter: not null } => true,
        _ => false,
    };
}

/// <summary>No answer says nothing: the order may exist. Only the same key can find out without ordering twice.</summary>
internal sealed class UnknownOutcomeException(CliException cause, long expectedTotalCents, string idempotencyKey) : CliException(
    Cli.ExitCode.Failed,
    $"{cause.Message} The order may or may not have been placed.",
    WayToFindOut(expectedTotalCents, idempotencyKey))
{
    public static string WayToFindOut(long expectedTotalCents, string idempotencyKey) =>
        "Find out, and order if it was not, but never twice: gocart orders place "
        + $"--expected-total {Price.Format(expectedTotalCents)} --idempotency-key {idempotencyKey}";
}
