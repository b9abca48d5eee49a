using System.Security.Cryptography;
using System.Text;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Users.Sessions;
using Microsoft.Extensions.Options;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <summary>Bounds how many accounts one address can make, and how many e-mails it can ask about: docs/decisions/0032.</summary>
internal sealed class RegistrationLimit(
    NpgsqlDataSource db, TimeProvider clock, IOptions<AddressLimitOptions> options)
{
    /// <summary>An hour after the first try the count begins anew.</summary>
    public static readonly TimeSpan Window = TimeSpan.FromHours(1);

    private readonly RateLimitPolicy _policy = new("registrations", options.Value.RegistrationsPerHour, Window);
    private readonly bool _exemptLoopback = options.Value.ExemptLoopback;

    /// <summary>Counts a try, whatever comes of it, and says on the answer what is left.</summary>
    /// <returns>False when there were too many.</returns>
    public async Task<bool> TryCountAsync(HttpContext context, ClientAddress client, CancellationToken cancellationToken)
    {
        if (_exemptLoopback && client.IsLoopback)
            return true;

        var now = clock.GetUtcNow();
        var counted = await db.QuerySingleOrDefaultAsync<Counted>(
            Count, new { addressHash = HashOf(client), _policy.Permits, now, over = now - Window }, cancellationToken)
            // Others have used up all of it since the statement began, which does not see theirs.
            ?? new(IsGranted: false, _policy.Permits, now);
        var allowance = new Allowance(counted.IsGranted, Math.Max(0, _policy.Permits - counted.Count), counted.BeganAt + Window - now);
        _policy.Tell(context, allowance);
        return allowance.IsGranted;
    }

    private static byte[] HashOf(ClientAddress client) => SHA256.HashData(Encoding.UTF8.GetBytes($"registrations\n{client.Network}"));

    // One statement, so that of a hundred tries sent at once no more than permitted are counted. A refused one writes nothing.
    private const string Count =
        """
        with counted as (
            insert into registration_counts as known (address_hash, count, began_at) values (@addressHash, 1, @now)
            on conflict (address_hash) do update
            set count = case when known.began_at <= @over then 1 else known.count + 1 end,
                began_at = case when known.began_at <= @over then @now else known.began_at end
            where known.count < @Permits or known.began_at <= @over
            returning true as is_granted, count, began_at)
        select is_granted, count, began_at from counted
        union all
        select false as is_granted, count, began_at from registration_counts
        where address_hash = @addressHash and not exists (select from counted)
        """;

    private sealed record Counted(bool IsGranted, int Count, DateTimeOffset BeganAt);
}
