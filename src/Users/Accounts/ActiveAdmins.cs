using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <summary>Those who can give roles. There must always be one: nobody could make another through the store.</summary>
internal static class ActiveAdmins
{
    public static Task<long> CountAsync(NpgsqlDataSource db, CancellationToken cancellationToken) =>
        db.QuerySingleOrDefaultAsync<long>(
            "select count(*) from users where role = 'admin' and disabled_at is null and erased_at is null", null, cancellationToken);

    /// <summary>
    /// An account and all administrators, locked in the order of their ids: two who take the role from each other wait, and the
    /// second sees what the first did.
    /// </summary>
    public static Task<List<Account>> LockAsync(NpgsqlTransaction tx, Guid userId, CancellationToken cancellationToken) =>
        tx.QueryAsync<Account>(
            $"""
            select {Account.Columns} from users
            where (id = @userId or (role = 'admin' and disabled_at is null)) and erased_at is null
            order by id for no key update
            """,
            new { userId }, cancellationToken);

    /// <summary>The rule without the database, so that a unit test can state it.</summary>
    /// <param name="accounts">From <see cref="LockAsync"/>.</param>
    public static bool IsLast(IEnumerable<Account> accounts, Guid userId)
    {
        var admins = accounts.Where(account => account is { Role: Roles.Admin, Disabled: false }).ToList();
        return admins is [var last] && last.Id == userId;
    }
}
