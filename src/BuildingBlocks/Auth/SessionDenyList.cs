using System.Collections.Concurrent;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>The sessions that have ended while their access tokens still live: asked for every second.</summary>
/// <remarks>
/// Refuses a token within 2 s of its session's end. While users is away no session can end, so the list that is known stays right.
/// </remarks>
public sealed partial class SessionDenyList(ITokenAuthority authority, TimeProvider clock, ILogger<SessionDenyList> logger)
    : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    // A session that ended just before the last look may have been committed just after it.
    private static readonly TimeSpan Overlap = TimeSpan.FromSeconds(10);

    // Longer than any access token lives.
    private static readonly TimeSpan Retention = TimeSpan.FromHours(2);

    private readonly ConcurrentDictionary<Guid, DateTimeOffset> _denied = new();
    private bool _isAway;

    public bool Contains(Guid sessionId) => _denied.ContainsKey(sessionId);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        DateTimeOffset? since = null;
        var lastCleaning = clock.GetUtcNow();
        try
        {
            while (true)
            {
                since = await TryFetchAsync(since, stoppingToken) ?? since;

                if (clock.GetUtcNow() - lastCleaning > TimeSpan.FromMinutes(1))
                {
                    lastCleaning = clock.GetUtcNow();
                    ForgetOld(lastCleaning);
                }
                await Task.Delay(PollInterval, clock, stoppingToken);
            }
        }
        catch (OperationCanceledException) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    private async Task<DateTimeOffset?> TryFetchAsync(DateTimeOffset? since, CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(PollInterval);
        try
        {
            var revoked = await authority.GetRevokedSessionsAsync(since, timeout.Token);
            var now = clock.GetUtcNow();
            foreach (var sessionId in revoked.SessionIds)
                _denied[sessionId] = now;

            if (_isAway)
                LogBack();
            _isAway = false;
            return revoked.AsOf - Overlap;
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested
            && e is HttpRequestException or OperationCanceledException or Npgsql.NpgsqlException or System.Text.Json.JsonException)
        {
            if (!_isAway)
                LogAway(e.Message);
            _isAway = true;
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
