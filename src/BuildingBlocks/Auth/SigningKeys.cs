using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>The public keys of access tokens: fetched early, refreshed in the background, kept while the authority is away.</summary>
public sealed partial class SigningKeys(ITokenAuthority authority, TimeProvider clock, ILogger<SigningKeys> logger) : BackgroundService
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(1);
    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile Dictionary<string, SecurityKey>? _keys;
    private readonly Lock _gate = new();
    private long? _lastFetchForUnknownKey;
    private Task _fetchForUnknownKey = Task.CompletedTask;
    private volatile bool _isAway;

    /// <summary>Whether there ever was an answer: without keys no token can be told from a forged one.</summary>
    public bool AreKnown => _keys is not null;

    /// <summary>Whether the authority still publishes the key with that id, as far as was heard last.</summary>
    public bool IsPublished(string keyId) => _keys?.ContainsKey(keyId) == true;

    /// <summary>The key with that id. For an unknown id the authority is asked, at most once in 30 s: a key may be new.</summary>
    public async ValueTask<SecurityKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (_keys?.GetValueOrDefault(keyId) is { } known)
            return known;

        // One fetch for all who wait, whoever of them goes away.
        await FetchForUnknownKeyAsync().WaitAsync(cancellationToken);
        return _keys?.GetValueOrDefault(keyId);
    }

    public override void Dispose()
    {
        _fetching.Dispose();
        base.Dispose();
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        try
        {
            var retry = TimeSpan.FromMilliseconds(100);
            while (!stoppingToken.IsCancellationRequested)
            {
                var fetched = await TryFetchAsync(stoppingToken);
                await Task.Delay(fetched ? RefreshInterval : retry, clock, stoppingToken);
                retry = fetched ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, TimeSpan.TicksPerSecond / 2));
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops, in whatever way that ended what was under way.
        }
    }

    /// <summary>The fetch of the last 30 s, which may be over, or a new one.</summary>
    private Task FetchForUnknownKeyAsync()
    {
        lock (_gate)
        {
            if (_lastFetchForUnknownKey is not { } last || clock.GetElapsedTime(last) >= UnknownKeyInterval)
            {
                _lastFetchForUnknownKey = clock.GetTimestamp();
                _fetchForUnknownKey = TryFetchAsync(CancellationToken.None);
            }
            return _fetchForUnknownKey;
        }
    }

    private async Task<bool> TryFetchAsync(CancellationToken cancellationToken)
    {
        using var timeout = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        timeout.CancelAfter(FetchTimeout);
        try
        {
            await _fetching.WaitAsync(timeout.Token);
            try
            {
                var set = await authority.GetSigningKeysAsync(timeout.Token);
                _keys = set.Keys.Where(IsUsable).ToDictionary(key => key.KeyId, key => (SecurityKey)key, StringComparer.Ordinal);
                _isAway = false;
                return true;
            }
            finally
            {
                _fetching.Release();
            }
        }
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            if (!_isAway)
                LogFetchFailed(e.Message);
            _isAway = true;
            return false;
        }
    }

    private static bool IsUsable(JsonWebKey key) =>
        key is { Kty: JsonWebAlgorithmsKeyTypes.EllipticCurve, Crv: JsonWebKeyECTypes.P256, KeyId.Length: > 0 };

    [LoggerMessage(Level = LogLevel.Warning, Message = "The keys of access tokens could not be fetched, those known stay in use: {Reason}")]
    private partial void LogFetchFailed(string reason);
}
