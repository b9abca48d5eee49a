using System.ComponentModel;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <summary>GET /admin/users: all accounts, newest first, or those whose e-mail begins with some text, in the order of the alphabet.</summary>
internal static class ListAccounts
{
    // Behind every other character in UTF-8, whose order is that of collation "C".
    private const string Last = "\U0010FFFF";

    public static async Task<Results<PageResult<AccountResponse>, ProblemHttpResult>> Handle(
        [Description("The beginning of the e-mail address, 1 to 254 characters.")] string? email,
        Page page, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        if (email is null)
            return page.Of(await NewestAsync(page, db, cancellationToken), account => account.Id);

        var prefix = EmailAddress.Normalize(email);
        return prefix.Length is >= 1 and <= EmailAddress.MaxLength && !prefix.Any(char.IsControl)
            ? page.Of(
                await BeginningWithAsync(prefix, page, db, cancellationToken), account => account, account => account.Email)
            : Problem.InvalidParameter("email", "email must be 1 to 254 characters, the beginning of an e-mail address.");
    }

    private static async Task<List<AccountResponse>> NewestAsync(
        Page page, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        var accounts = await db.QueryAsync<Account>(
            $"""
            select {Account.Columns} from users
            where erased_at is null and id < @before
            order by id desc limit @limit
            """,
            new { before = page.PositionId ?? Guid.AllBitsSet, limit = page.Limit + 1 }, cancellationToken);
        return accounts.ConvertAll(account => account.ToResponse());
    }

    /// <summary>A range of the index, so that a page costs the same however many accounts there are.</summary>
    private static async Task<List<AccountResponse>> BeginningWithAsync(
        string prefix, Page page, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        var accounts = await db.QueryAsync<Account>(
            $"""
            select {Account.Columns} from users
            where erased_at is null and email collate "C" >= @prefix and email collate "C" < @end and email collate "C" > @after
            order by email collate "C" limit @limit
            """,
            new { prefix, end = prefix + Last, after = page.Position ?? "", limit = page.Limit + 1 }, cancellationToken);
        return accounts.ConvertAll(account => account.ToResponse());
    }
}
