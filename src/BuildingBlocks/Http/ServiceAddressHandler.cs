using System.Net;
using System.Net.Sockets;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// Takes the copies of a service in turn, and leaves out for a while one that failed, or says that it is about to stop. What
/// never reached a copy is sent to the next; a GET that was cut off, has no answer yet or was answered 503 is sent once more. A
/// write that may have arrived is never sent again.
/// </summary>
internal sealed class ServiceAddressHandler(Uri[] addresses, TimeProvider clock) : DelegatingHandler
{
    /// <summary>A copy that says nothing for so long is taken to be frozen: the next one still has time to answer.</summary>
    internal static readonly TimeSpan Patience = TimeSpan.FromMilliseconds(700);

    /// <summary>Of a request whose answer is needed sooner.</summary>
    internal static readonly HttpRequestOptionsKey<TimeSpan> OwnPatience = new("patience");

    /// <summary>How long a copy that failed is left out; then one request finds out whether it is back.</summary>
    internal static readonly TimeSpan LeftOut = TimeSpan.FromSeconds(2);

    // By address: the clock's timestamp since when it is left out, 0 for a copy that takes part.
    private readonly long[] _leftOutSince = new long[addresses.Length];
    private uint _turn;

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        // SocketsHttpHandler would send a request without a body up to four times; one with a body, even an empty one, it sends once.
        request.Content ??= new ByteArrayContent([]);

        var pathAndQuery = request.RequestUri?.PathAndQuery ?? "/";
        var mayRepeat = request.Method == HttpMethod.Get;
        int? copy = null;

        // Each copy twice at most: one that refused may come before the one that is slow and before it once more.
        for (var attemptsLeft = 2 * addresses.Length - 1; ; attemptsLeft--)
        {
            copy = Next(failed: copy);
            // Sent for the last time, it has all the time that the caller has left.
            var patience = addresses.Length > 1 && mayRepeat ? PatienceOf(request) : Timeout.InfiniteTimeSpan;
            try
            {
                var answer = await SendToAsync(copy.Value, request, pathAndQuery, patience, cancellationToken);
                // One that has just started may not know the token's key yet. It is not left out: one that is busy says the same.
                if (answer.StatusCode != HttpStatusCode.ServiceUnavailable || !mayRepeat || !OthersTakePart(copy.Value))
                    return answer;
                answer.Dispose();
                mayRepeat = false;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested
                && attemptsLeft > 0 && (mayRepeat || WasNeverSent(e)))
            {
                mayRepeat &= WasNeverSent(e);
            }
        }
    }

    private async Task<HttpResponseMessage> SendToAsync(
        int copy, HttpRequestMessage request, string pathAndQuery, TimeSpan patience, CancellationToken cancellationToken)
    {
        request.RequestUri = new Uri(addresses[copy], pathAndQuery);
        var started = clock.GetTimestamp();
        using var limit = patience == Timeout.InfiniteTimeSpan ? null : CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limit?.CancelAfter(patience);
        try
        {
            var answer = await base.SendAsync(request, limit?.Token ?? cancellationToken);
            // Says so in the pause before it stops. One of ours has no other reason: what we send is well formed.
            if (answer.Headers.ConnectionClose is true)
                LeaveOut(copy);
            else
                Volatile.Write(ref _leftOutSince[copy], 0);
            return answer;
        }
        // .NET lets it through as it is when the other side closes a connection in the moment it is made.
        catch (SocketException e)
        {
            LeaveOut(copy);
            throw new HttpRequestException(
                HttpRequestError.ConnectionError, "The connection was closed as soon as it was made.", e);
        }
        // A caller that goes away early says nothing about the copy.
        catch (Exception e) when (e is HttpRequestException
            || (e is OperationCanceledException && clock.GetElapsedTime(started) >= PatienceOf(request) - TimeSpan.FromMilliseconds(50)))
        {
            LeaveOut(copy);
            throw;
        }
    }

    private static TimeSpan PatienceOf(HttpRequestMessage request) =>
        request.Options.TryGetValue(OwnPatience, out var own) ? own : Patience;

    private bool OthersTakePart(int copy)
    {
        for (var other = 0; other < addresses.Length; other++)
        {
            if (other != copy && Volatile.Read(ref _leftOutSince[other]) == 0)
                return true;
        }
        return false;
    }

    private void LeaveOut(int copy) => Volatile.Write(ref _leftOutSince[copy], clock.GetTimestamp());

    /// <summary>The next copy in turn that did not fail lately; if all did, the next in turn, or after the one that failed just now.</summary>
    private int Next(int? failed)
    {
        // A second attempt takes no turn: of two copies the same one would be asked first every time.
        var turn = failed is null ? Interlocked.Increment(ref _turn) : Volatile.Read(ref _turn);
        for (uint i = 0; i < addresses.Length; i++)
        {
            var copy = (int)((turn + i) % addresses.Length);
            if (copy != failed && MayTry(copy))
                return copy;
        }
        return failed is { } last ? (last + 1) % addresses.Length : (int)(turn % addresses.Length);
    }

    /// <summary>Takes part, or was left out long enough, and this is the one request that finds out whether it is back.</summary>
    private bool MayTry(int copy)
    {
        var since = Volatile.Read(ref _leftOutSince[copy]);
        return since == 0
            || (clock.GetElapsedTime(since) >= LeftOut
                && Interlocked.CompareExchange(ref _leftOutSince[copy], clock.GetTimestamp(), since) == since);
    }

    private static bool WasNeverSent(Exception exception) => exception switch
    {
        HttpRequestException e => e.HttpRequestError is HttpRequestError.ConnectionError or HttpRequestError.NameResolutionError,
        // The time to connect; the end of our patience has no such cause.
        OperationCanceledException { InnerException: TimeoutException } => true,
        _ => false,
    };
}
