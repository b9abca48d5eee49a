using System.Security.Cryptography;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.Logging.Abstractions;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.Tests.BuildingBlocks.Auth;

public sealed class SigningKeysTests : IDisposable
{
    private readonly TestClock _clock = new();
    private readonly Authority _authority = new();
    private readonly SigningKeys _keys;

    public SigningKeysTests() => _keys = new(_authority, _clock, NullLogger<SigningKeys>.Instance);

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_key_that_is_new_is_found_and_the_one_before_stays_good_as_long_as_it_is_published()
    {
        _authority.Publish("old");
        Assert.NotNull(await _keys.FindAsync("old", Cancelled));
        _authority.Publish("new", "old");
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.NotNull(await _keys.FindAsync("new", Cancelled));
        Assert.NotNull(await _keys.FindAsync("old", Cancelled));
        Assert.Equal(2, _authority.Fetches);
    }

    [Fact]
    public async Task However_many_unknown_keys_there_are_users_is_asked_once_in_30_seconds()
    {
        _authority.Publish("known");
        for (var i = 0; i < 100; i++)
            Assert.Null(await _keys.FindAsync($"forged {i}", Cancelled));
        Assert.Equal(1, _authority.Fetches);

        _clock.Advance(TimeSpan.FromSeconds(30));
        Assert.Null(await _keys.FindAsync("forged", Cancelled));

        Assert.Equal(2, _authority.Fetches);
        Assert.NotNull(await _keys.FindAsync("known", Cancelled));
    }

    [Fact]
    public async Task The_keys_that_are_known_stay_while_users_is_away()
    {
        _authority.Publish("known");
        Assert.NotNull(await _keys.FindAsync("known", Cancelled));
        _authority.IsAway = true;
        _clock.Advance(TimeSpan.FromSeconds(30));

        Assert.Null(await _keys.FindAsync("unknown", Cancelled));

        Assert.NotNull(await _keys.FindAsync("known", Cancelled));
        Assert.True(_keys.AreKnown);
    }

    [Fact]
    public async Task A_request_that_is_given_up_does_not_use_up_the_fetch_of_those_after_it()
    {
        _authority.Publish("new");
        _authority.Gate = new TaskCompletionSource();
        using var hangsUp = new CancellationTokenSource();
        var first = _keys.FindAsync("new", hangsUp.Token).AsTask();
        var second = _keys.FindAsync("new", Cancelled).AsTask();

        await hangsUp.CancelAsync();
        await Assert.ThrowsAnyAsync<OperationCanceledException>(() => first);
        _authority.Gate.SetResult();

        Assert.NotNull(await second);
        Assert.Equal(1, _authority.Fetches);
    }

    public void Dispose() => _keys.Dispose();

    private sealed class Authority : ITokenAuthority
    {
        private JsonWebKeySet _set = new();

        public bool IsAway { get; set; }

        public TaskCompletionSource? Gate { get; set; }

        public int Fetches { get; private set; }

        public void Publish(params string[] ids)
        {
            _set = new();
            foreach (var id in ids)
            {
                _set.Keys.Add(JsonWebKeyConverter.ConvertFromECDsaSecurityKey(
                    new ECDsaSecurityKey(ECDsa.Create(ECCurve.NamedCurves.nistP256)) { KeyId = id }));
            }
        }

        public async Task<JsonWebKeySet> GetSigningKeysAsync(CancellationToken cancellationToken)
        {
            Fetches++;
            if (Gate is not null)
                await Gate.Task;
            return IsAway ? throw new HttpRequestException("Users is away.") : _set;
        }

        public Task<RevokedSessions> GetRevokedSessionsAsync(DateTimeOffset? since, CancellationToken cancellationToken) =>
            throw new NotSupportedException();
    }
}
