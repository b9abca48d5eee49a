using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.Routing;
using Npgsql;

namespace GoCart.BuildingBlocks.Audit;

/// <summary>
/// GET /internal/audit-log: a service's own part of the audit log. The users service calls it with the administrator's token; the
/// handler checks the role itself, because /internal routes carry no role policy.
/// </summary>
public static class AuditLogRoute
{
    public const string Path = "/internal/audit-log";

    /// <param name="service">products or orders.</param>
    public static void MapAuditLog(this IEndpointRouteBuilder routes, string service) =>
        routes.MapRead(Path, (
                [FromQuery(Name = "before_at")] DateTimeOffset beforeAt, [FromQuery(Name = "before_id")] Guid beforeId, DateTimeOffset from,
                Guid? actor, Guid? target, int limit, CurrentUser user, NpgsqlDataSource db, CancellationToken cancellationToken) =>
            HandleAsync(service, new AuditLogPart(beforeAt, beforeId, from, actor, target, limit), user, db, cancellationToken))
            .RequireAuthorization(Policies.SignedIn).ExcludeFromDescription();

    private static async Task<Results<Ok<List<AuditEntry>>, ProblemHttpResult>> HandleAsync(
        string service, AuditLogPart part, CurrentUser user, NpgsqlDataSource db, CancellationToken cancellationToken) =>
        user.Role == Roles.Admin && part.Limit is >= 1 and <= Page.MaxLimit + 1
            ? TypedResults.Ok(await AuditLogReader.ReadAsync(db, service, part, cancellationToken))
            : Problem.ForStatus(StatusCodes.Status404NotFound);
}
