using System.Threading.Channels;

namespace GoCart.BuildingBlocks.Messaging;

/// <summary>Tells this process's relay that the outbox has something to send. Losing a call costs no more than <c>Messaging:PollInterval</c>.</summary>
public sealed class OutboxSignal
{
    // One place: any number of calls before the relay looks again mean one look.
    private readonly Channel<bool> _wakes =
        Channel.CreateBounded<bool>(new BoundedChannelOptions(1) { FullMode = BoundedChannelFullMode.DropWrite });

    /// <summary>Call it after the commit; never before, or the relay looks too early. Never blocks, never fails.</summary>
    public void Wake() => _wakes.Writer.TryWrite(true);

    /// <summary>Waits for the next <see cref="Wake"/>, but no longer than <paramref name="limit"/>.</summary>
    internal async Task WaitAsync(TimeSpan limit, TimeProvider clock, CancellationToken cancellationToken)
    {
        using var timeout = new CancellationTokenSource(limit, clock);
        using var either = CancellationTokenSource.CreateLinkedTokenSource(timeout.Token, cancellationToken);

        try
        {
            await _wakes.Reader.WaitToReadAsync(either.Token);
            _wakes.Reader.TryRead(out _);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            // Nobody called; the relay looks all the same.
        }
    }
}
