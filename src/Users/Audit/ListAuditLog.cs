using System.ComponentModel;
using System.Globalization;
using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Audit;

/// <summary>
/// GET /admin/audit-log: what the services have noted, each in the transaction of what it did, put together here. A part of it
/// would be taken for the whole: while a service is away the answer is 503, unless only another one's is asked for.
/// </summary>
internal static class ListAuditLog
{
    private static readonly string[] Services = ["users", "products", "orders"];

    public static async Task<Results<PageResult<AuditEntry>, ProblemHttpResult>> Handle(
        [Description("The id of who did it.")] string? actor,
        [Description("The id of the account, product or order it was done to.")] string? target,
        [Description("Not before that time, such as 2026-01-15T09:30:00Z.")] string? from,
        [Description("Before that time.")] string? to,
        [Description("users, products or orders: only what happened there.")] string? service,
        Page page, CurrentUser admin, NpgsqlDataSource db, ProductsAuditLog products, OrdersAuditLog orders,
        CancellationToken cancellationToken)
    {
        if (!TryParseId(actor, out var actorId))
            return Problem.InvalidParameter("actor", "actor must be the id of a user.");
        if (!TryParseId(target, out var targetId))
            return Problem.InvalidParameter("target", "target must be an id.");
        if (!RequestTime.TryParse(from, DateTimeOffset.MinValue, out var notBefore))
            return Problem.InvalidParameter("from", "from must be a time with its zone, such as 2026-01-15T09:30:00Z.");
        if (!RequestTime.TryParse(to, DateTimeOffset.MaxValue, out var before))
            return Problem.InvalidParameter("to", "to must be a time with its zone, such as 2026-01-15T09:30:00Z.");
        if (service is not null && !Services.Contains(service))
            return Problem.InvalidParameter("service", "service must be users, products or orders.");

        // The smallest id: of the time itself nothing is before it.
        var start = page.Position is null ? new Position(before, Guid.Empty) : Position.Parse(page.Position);
        var part = new AuditLogPart(start.At, start.Id, notBefore, actorId, targetId, page.Limit + 1);

        List<Task<List<AuditEntry>>> parts = [];
        if (Asked("users"))
            parts.Add(AuditLogReader.ReadAsync(db, "users", part, cancellationToken));
        if (Asked("products"))
            parts.Add(products.ReadAsync(admin, part, cancellationToken));
        if (Asked("orders"))
            parts.Add(orders.ReadAsync(admin, part, cancellationToken));
        var entries = (await Task.WhenAll(parts)).SelectMany(entries => entries)
            .OrderByDescending(entry => entry.At)
            // As PostgreSQL sorts ids: byte by byte, which is how they are written.
            .ThenByDescending(entry => entry.Id.ToString("D"), StringComparer.Ordinal)
            .Take(page.Limit + 1)
            .ToList();
        return page.Of(entries, entry => entry, entry => new Position(entry.At, entry.Id).ToString());

        bool Asked(string name) => service is null || service == name;
    }

    private static bool TryParseId(string? text, out Guid? id)
    {
        id = RouteId.TryParse(text ?? "", out var parsed) ? parsed : null;
        return text is null || id is not null;
    }

    private sealed record Position(DateTimeOffset At, Guid Id)
    {
        public static Position Parse(string text)
        {
            var parts = text.Split(' ', 2);
            return new(
                new DateTimeOffset(long.Parse(parts[0], CultureInfo.InvariantCulture), TimeSpan.Zero),
                Guid.ParseExact(parts[1], "D"));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{At.UtcTicks} {Id:D}");
    }
}
