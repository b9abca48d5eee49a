using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <summary>GET /admin/users/{id}: anybody's account.</summary>
internal static class GetAccount
{
    public static async Task<Results<Ok<AccountResponse>, StatusCodeHttpResult, ProblemHttpResult>> Handle(
        string id, HttpContext context, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        var account = RouteId.TryParse(id, out var userId)
            ? await db.QuerySingleOrDefaultAsync<Account>(
                $"select {Account.Columns} from users where id = @userId and erased_at is null", new { userId }, cancellationToken)
            : null;
        if (account is null)
            return Problems.UserNotFound();

        context.Response.Headers.ETag = account.ETag;
        return ETags.IsNotModified(context.Request, account.ETag)
            ? TypedResults.StatusCode(StatusCodes.Status304NotModified)
            : TypedResults.Ok(account.ToResponse());
    }
}
