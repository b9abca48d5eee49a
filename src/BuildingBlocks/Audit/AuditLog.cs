using System.Diagnostics;
using System.Text.Json;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts;
using GoCart.Contracts.Users;
using Microsoft.AspNetCore.Http;
using Npgsql;

namespace GoCart.BuildingBlocks.Audit;

/// <summary>Writes the audit log of a service, always in the transaction of what it tells of: neither is there without the other.</summary>
public static class AuditLog
{
    /// <summary>
    /// Adds the row of the parameter <c>@Audit</c>, which <see cref="ToJson"/> makes. A statement that does its work and notes it
    /// in one appends the condition, such as <c>where exists (select from product)</c>.
    /// </summary>
    public const string InsertSql =
        $"insert into audit_log ({Columns}) select {Columns} from jsonb_populate_record(null::audit_log, cast(@Audit as jsonb))";

    internal const string Columns = "id, at, action, actor_id, actor_role, target_id, address, before, after, trace_id";

    /// <param name="actor">Null for somebody who is not signed in.</param>
    /// <param name="before">An object with the fields that were changed; null if there was nothing before.</param>
    public static AuditEntry Entry(
        HttpContext context, DateTimeOffset at, string action, CurrentUser? actor, Guid? targetId,
        object? before = null, object? after = null) => new(
            Guid.CreateVersion7(at), at, Service: "", action, actor?.Id, actor?.Role, targetId, ClientAddress.Of(context).ToString(),
            Element(before), Element(after), Activity.Current?.TraceId.ToHexString());

    public static string ToJson(this AuditEntry entry) => JsonSerializer.Serialize(entry, Json.Tolerant);

    public static Task AppendAsync(this NpgsqlTransaction tx, AuditEntry entry, CancellationToken cancellationToken) =>
        tx.ExecuteAsync(InsertSql, new { Audit = entry.ToJson() }, cancellationToken);

    private static JsonElement? Element(object? value) =>
        value is null ? null : JsonSerializer.SerializeToElement(value, value.GetType(), Json.Tolerant);
}
