using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Users.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <param name="Password">The account's: an access token alone is not enough.</param>
public sealed record EraseAccountRequest([MinLength(1)] string Password) : IRequestBody<EraseAccountRequest>
{
    /// <summary>No log can print the password by printing the request.</summary>
    public override string ToString() => nameof(EraseAccountRequest);
}

/// <summary>
/// DELETE /api/me: erases the person. What stays is the id, which leads to nobody any more: orders are kept under it, because the
/// store must account for what it sold.
/// </summary>
internal static class EraseAccount
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        EraseAccountRequest request, CurrentUser user, HttpContext context, NpgsqlDataSource db, OwnPassword own, CartsClient carts,
        RefreshCookie cookie, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (owner, refusal) = await own.CheckAsync(user, request.Password, context, cancellationToken);
        if (owner is null)
            return refusal ?? Problems.WrongPassword();
        if (owner.Role == Roles.Admin && await ActiveAdmins.CountAsync(db, cancellationToken) <= 1)
            return Problems.LastAdmin();

        // While the account still is there: should anything after this fail, the owner asks again. No transaction is open meanwhile.
        await carts.ClearAsync(user, cancellationToken);

        var now = clock.GetMicrosecondNow();
        var answer = await db.InTransactionAsync<Results<NoContent, ProblemHttpResult>>(async tx =>
        {
            // Another administrator may be going at the same moment.
            var admins = await ActiveAdmins.LockAsync(tx, owner.Id, cancellationToken);
            if (ActiveAdmins.IsLast(admins, owner.Id))
                return Problems.LastAdmin();

            var erased = await tx.ExecuteAsync(
                """
                update users
                set email = 'erased:' || id, password_hash = '', role = 'customer', erased_at = @now, updated_at = @now,
                    version = version + 1
                where id = @Id and version = @Version
                """,
                new { now, owner.Id, owner.Version }, cancellationToken);
            if (erased == 0)
                return Problems.AccountChanged();

            await EndSession.OfUserAsync(tx, owner.Id, except: null, EndSession.Erased, now, cancellationToken);
            await tx.ExecuteAsync(
                "update sessions set address = null where user_id = @Id and address is not null", new { owner.Id }, cancellationToken);
            await SignInThrottle.ForgetAsync(tx, owner.AttemptFrom(ClientAddress.Of(context)), owner.Id, cancellationToken);
            await tx.AppendAsync(
                AuditLog.Entry(context, now, AuditActions.AccountErased, user, owner.Id), cancellationToken);
            return TypedResults.NoContent();
        }, cancellationToken);

        if (answer.Result is NoContent)
            cookie.Clear(context.Response);
        return answer;
    }
}
