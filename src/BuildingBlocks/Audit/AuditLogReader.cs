using System.Text.Json;
using GoCart.BuildingBlocks.Database;
using GoCart.Contracts.Users;
using Npgsql;

namespace GoCart.BuildingBlocks.Audit;

/// <summary>Reads a part of one service's audit log, newest first.</summary>
public static class AuditLogReader
{
    /// <param name="service">Written into every entry: the table does not say whose it is.</param>
    public static async Task<List<AuditEntry>> ReadAsync(
        NpgsqlDataSource db, string service, AuditLogPart part, CancellationToken cancellationToken)
    {
        var rows = await db.QueryAsync<Row>(
            $"""
            select id, at, action, actor_id, actor_role, target_id, address, before::text, after::text, trace_id
            from audit_log
            where (at, id) < (@BeforeAt, @BeforeId) and at >= @From
              {(part.Actor is null ? "" : "and actor_id = @Actor")}
              {(part.Target is null ? "" : "and target_id = @Target")}
            order by at desc, id desc limit @Limit
            """,
            part, cancellationToken);
        return rows.ConvertAll(row => row.ToEntry(service));
    }

    private sealed record Row(
        Guid Id, DateTimeOffset At, string Action, Guid? ActorId, string? ActorRole, Guid? TargetId, string? Address,
        string? Before, string? After, string? TraceId)
    {
        public AuditEntry ToEntry(string service) => new(
            Id, At, service, Action, ActorId, ActorRole, TargetId, Address, Parse(Before), Parse(After), TraceId);

        private static JsonElement? Parse(string? json) => json is null ? null : JsonElement.Parse(json);
    }
}
