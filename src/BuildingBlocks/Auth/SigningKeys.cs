using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>The public keys of access tokens: fetched early, refreshed in the background, kept while the authority is away.</summary>
public sealed partial class SigningKeys(ITokenAuthority authority, TimeProvider clock, ILogger<SigningKeys> logger) : BackgroundService
{
    private static readonly TimeSpan RefreshInterval = TimeSpan.FromMinutes(5);
    private static readonly TimeSpan UnknownKeyInterval = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan FetchTimeout = TimeSpan.FromSeconds(2);

    private readonly SemaphoreSlim _fetching = new(1, 1);
    private volatile IReadOnlyDictionary<string, SecurityKey>? _keys;
    private long _lastFetchForUnknownKey;
    private volatile bool _isAway;

    /// <summary>Whether there ever was an answer: without keys no token can be told from a forged one.</summary>
    public bool AreKnown => _keys is not null;

    /// <summary>The key with that id. For an unknown id the authority is asked, at most once in 30 s: a key may be new.</summary>
    public async ValueTask<SecurityKey?> FindAsync(string keyId, CancellationToken cancellationToken)
    {
        if (_keys?.GetValueOrDefault(keyId) is { } known)
            return known;

        if (MayFetchForUnknownKey())
            await TryFetchAsync(cancellationToken);
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
                retry = fetched ? TimeSpan.FromMilliseconds(100) : TimeSpan.FromTicks(Math.Min(retry.Ticks * 2, TimeSpan.TicksPerSecond * 2));
            }
        }
        catch (Exception) when (stoppingToken.IsCancellationRequested)
        {
            // The service stops, in whatever way that ended what was under way.
        }
    }

    private bool MayFetchForUnknownKey()
    {
        var now = clock.GetTimestamp();
        var last = Interlocked.Read(ref _lastFetchForUnknownKey);
        return (last == 0 || clock.GetElapsedTime(last, now) >= UnknownKeyInterval)
            && Interlocked.CompareExchange(ref _lastFetchForUnknownKey, now, last) == last;
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
