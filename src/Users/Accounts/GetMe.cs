using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.Contracts.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <summary>GET /api/me: the account of whoever asks.</summary>
internal static class GetMe
{
    public static async Task<Results<Ok<UserResponse>, ProblemHttpResult>> Handle(
        CurrentUser user, HttpResponse response, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        var account = await db.QuerySingleOrDefaultAsync<UserResponse>(
            "select id, email, role, created_at, updated_at from users where id = @Id and erased_at is null",
            new { user.Id }, cancellationToken);

        // The token outlives the account by a few minutes.
        return account is null ? Problems.NoSuchAccount(response) : TypedResults.Ok(account);
    }
}
