using System.ComponentModel.DataAnnotations;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
using GoCart.Users.Sessions;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <summary>What is absent stays as it is.</summary>
public sealed record UpdateAccountRequest : IRequestBody<UpdateAccountRequest>
{
    /// <summary>customer, catalog, support or admin.</summary>
    [AllowedValues(Roles.Customer, Roles.Catalog, Roles.Support, Roles.Admin,
        ErrorMessage = "The role must be customer, catalog, support or admin.")]
    public Optional<string> Role { get; init; }

    /// <summary>True keeps its owner from signing in.</summary>
    public Optional<bool> Disabled { get; init; }
}

/// <summary>PATCH /admin/users/{id}: gives a role, disables an account or enables it again. Its sessions end with either change.</summary>
internal static class UpdateAccount
{
    public static async Task<Results<Ok<AccountResponse>, ProblemHttpResult>> Handle(
        string id, UpdateAccountRequest request, CurrentUser admin, HttpContext context, NpgsqlDataSource db, TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!RouteId.TryParse(id, out var userId))
            return Problems.UserNotFound();

        return await db.InTransactionAsync<Results<Ok<AccountResponse>, ProblemHttpResult>>(async tx =>
        {
            var accounts = await ActiveAdmins.LockAsync(tx, userId, cancellationToken);
            // An access token outlives the role by up to 2 s; whoever lost it a moment ago gives none any more.
            if (!accounts.Exists(account => account.Id == admin.Id && account is { Role: Roles.Admin, Disabled: false }))
                return Problem.Forbidden("Your role does not permit this any more.");
            if (accounts.Find(account => account.Id == userId) is not { } current)
                return Problems.UserNotFound();
            if (!ETags.AllowsChange(context.Request, current.Version))
                return Problems.PreconditionFailed();

            var changed = Apply(request, current);
            if (changed != current)
            {
                if (changed is not { Role: Roles.Admin, Disabled: false } && ActiveAdmins.IsLast(accounts, userId))
                    return Problems.LastAdmin();

                changed = changed with { Version = current.Version + 1, UpdatedAt = clock.GetMicrosecondNow() };
                await SaveAsync(tx, changed, current, cancellationToken);
                await tx.AppendAsync(
                    AuditLog.Entry(
                        context, changed.UpdatedAt, AuditActions.AccountChanged, admin, userId,
                        before: new { current.Role, current.Disabled }, after: new { changed.Role, changed.Disabled }),
                    cancellationToken);
            }
            else
            {
                // Nothing was changed, but the account was shown.
                await tx.AppendAsync(
                    AuditLog.Entry(context, clock.GetMicrosecondNow(), AuditActions.AccountRead, admin, userId), cancellationToken);
            }

            context.Response.Headers.ETag = changed.ETag;
            return TypedResults.Ok(changed.ToResponse());
        }, cancellationToken);
    }

    internal static Account Apply(UpdateAccountRequest request, Account account) => account with
    {
        Role = request.Role.OrElse(account.Role) ?? account.Role,
        Disabled = request.Disabled.OrElse(account.Disabled),
    };

    private static async Task SaveAsync(
        NpgsqlTransaction tx, Account account, Account before, CancellationToken cancellationToken)
    {
        await tx.ExecuteAsync(
            """
            update users
            set role = @Role, version = @Version, updated_at = @UpdatedAt,
                disabled_at = case when @Disabled then coalesce(disabled_at, @UpdatedAt) end
            where id = @Id
            """,
            account, cancellationToken);

        // A token says the role of its session: with another role one signs in anew.
        var reason = account.Disabled && !before.Disabled ? EndSession.Disabled : EndSession.RoleChanged;
        await EndSession.OfUserAsync(tx, account.Id, except: null, reason, account.UpdatedAt, cancellationToken);
    }
}
