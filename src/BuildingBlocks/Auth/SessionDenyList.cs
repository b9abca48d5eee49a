using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>The sessions that have ended while their access tokens still live: asked for twice a second.</summary>
/// <remarks>
/// Refuses a token within 2 s of its session's end, and a session ends when its owner signs out, when the password or the role is
/// changed, when the account is disabled or erased. While users is away no session can end, so the list that is known stays right.
/// While users cannot be reached from here, but from elsewhere, tokens of sessions that end meanwhile are good until they expire;
/// health says so, and routes for staff are closed (<see cref="IsCertain"/>). Before the first answer no token is good, because it
/// may be that of a session that has ended.
/// </remarks>
public sealed partial class SessionDenyList(ITokenAuthority authority, TimeProvider clock, ILogger<SessionDenyList> logger)
    : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromMilliseconds(500);
    private static readonly TimeSpan AnswerLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Retry = TimeSpan.FromMilliseconds(200);

    // What is promised for the end of a session.
    private static readonly TimeSpan CertainFor = TimeSpan.FromSeconds(2);

    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    // A session that ended just before the last look may have been committed just after it.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    // Longer than any access token lives.
    private static readonly TimeSpan Retention = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _denied = new();
    private readonly TaskCompletionSource _firstTry = new(TaskCreationOptions.RunContinuationsAsynchronously);
    private volatile bool _isKnown;
    private long _lastAnswer;
    private long? _loggedAt;

    /// <summary>Whether there ever was an answer.</summary>
    public bool IsKnown => _isKnown;

    /// <summary>Whether a session that ended 2 s ago or earlier is in the list for certain.</summary>
    public bool IsCertain => _isKnown && Age <= CertainFor;

    /// <summary>How long ago it was asked for what is known now, once there was an answer.</summary>
    public TimeSpan Age => clock.GetElapsedTime(Volatile.Read(ref _lastAnswer));

    /// <summary>Whether there ever was an answer; a request that comes before the first try is over waits for it.</summary>
    public async ValueTask<bool> IsKnownAsync(CancellationToken cancellationToken)
    {
        if (!_isKnown)
            await _firstTry.Task.WaitAsync(cancellationToken);
        return _isKnown;
    }

    public bool Contains(Guid sessionId) => _denied.ContainsKey(sessionId);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset? since = null;
        var lastCleaning = clock.GetUtcNow();
        try
        {
            while (true)
            {
                var known = await TryFetchAsync(since, stoppingToken);
                since = known ?? since;
                _firstTry.TrySetResult();

                if (clock.GetUtcNow() - lastCleaning > TimeSpan.FromMinutes(1))
                {
                    lastCleaning = clock.GetUtcNow();
                    ForgetOld(lastCleaning);
                }
                await Task.Delay(known is null ? Retry : PollInterval, clock, stoppingToken);
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops, in whatever way that ended what was under way.
        }
    }

    private async Task<DateTimeOffset?> TryFetchAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(AnswerLimit);
        var asked = clock.GetTimestamp();
        try
        {
            var revoked = await authority.GetRevokedSessionsAsync(since, timeout.Token);
            var now = clock.GetUtcNow();
            foreach (var sessionId in revoked.SessionIds)
                _denied[sessionId] = now;
            Volatile.Write(ref _lastAnswer, asked);
            _isKnown = true;

            if (_loggedAt is not null)
                LogBack();
            _loggedAt = null;
            return revoked.AsOf - Overlap;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (_loggedAt is not { } last || clock.GetElapsedTime(last) >= LogInterval)
            {
                LogAway(e.Message);
                _loggedAt = clock.GetTimestamp();
            }
            return null;
        }
    }

    private void ForgetOld(DateTimeOffset now)
    {
        foreach (var (sessionId, at) in _denied)
        {
            if (now - at > Retention)
                _denied.TryRemove(sessionId, out _);
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The list of ended sessions cannot be fetched; the last one stays in use: {Reason}")]
    private partial void LogAway(string reason);

    [LoggerMessage(Level = LogLevel.Information, Message = "The list of ended sessions is up to date again")]
    private partial void LogBack();
}
