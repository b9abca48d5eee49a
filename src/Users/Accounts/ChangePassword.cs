using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Users.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <param name="OldPassword">The one that is in use.</param>
/// <param name="NewPassword">8 to 128 characters of any kind.</param>
public sealed record ChangePasswordRequest(
    [MinLength(1)] string OldPassword,
    [NewPassword] string NewPassword) : IRequestBody<ChangePasswordRequest>
{
    /// <summary>No log can print the passwords by printing the request.</summary>
    public override string ToString() => nameof(ChangePasswordRequest);
}

/// <summary>POST /api/me/password: another password, and the end of every session but the one that asks.</summary>
internal static class ChangePassword
{
    public static async Task<Results<NoContent, ProblemHttpResult>> Handle(
        ChangePasswordRequest request, CurrentUser user, HttpContext context, NpgsqlDataSource db, OwnPassword own,
        PasswordHasher passwords, SignInThrottle throttle, TimeProvider clock, CancellationToken cancellationToken)
    {
        var (owner, refusal) = await own.CheckAsync(user, request.OldPassword, context, cancellationToken);
        if (owner is null)
            return refusal ?? Problems.WrongPassword();
        if (await passwords.TryHashAsync(request.NewPassword, cancellationToken) is not { } newHash)
            return Problems.TooManySignIns();

        var now = clock.GetMicrosecondNow();
        var attempt = owner.AttemptFrom(ClientAddress.Of(context));
        TimeSpan? closed = null;
        var answer = await db.InTransactionAsync<Results<NoContent, ProblemHttpResult>>(async tx =>
        {
            // Other guesses may have closed the account while this password was being hashed.
            closed = await throttle.AcceptAsync(tx, attempt, owner.Id, owner.IsKnownHere, cancellationToken);
            if (closed is { } wait)
                return Problems.TooManyFailures(context.Response, wait);

            // By the version: of two changes at once the second finds that what it checked is no longer the password. A sign-in
            // with the old one, under way at this moment, finds the same (NewSession).
            var changed = await tx.ExecuteAsync(
                """
                update users set password_hash = @newHash, version = version + 1, updated_at = @now
                where id = @Id and version = @Version
                """,
                new { newHash, now, owner.Id, owner.Version }, cancellationToken);
            if (changed == 0)
                return Problems.AccountChanged();

            await EndSession.OfUserAsync(
                tx, owner.Id, except: user.SessionId, EndSession.PasswordChanged, now, cancellationToken);
            await tx.AppendAsync(
                AuditLog.Entry(context, now, AuditActions.PasswordChanged, user, owner.Id), cancellationToken);
            return TypedResults.NoContent();
        }, cancellationToken);

        if (closed is not null)
            await own.NoteClosedAsync(user, attempt, owner.IsKnownHere, context, cancellationToken);
        return answer;
    }
}
