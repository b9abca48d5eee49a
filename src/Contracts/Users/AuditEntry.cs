using System.Text.Json;

namespace GoCart.Contracts.Users;

/// <summary>One line of the audit log.</summary>
/// <param name="Service">Where it happened: users, products or orders.</param>
/// <param name="Action">What was done, such as <c>product.changed</c> or <c>sign_in.failed</c>.</param>
/// <param name="ActorId">Who did it; null for an operator at the database, and for a sign-in that did not succeed.</param>
/// <param name="ActorRole">The actor's role at that moment.</param>
/// <param name="TargetId">The account, product or order it was done to.</param>
/// <param name="Address">The network address the request came from.</param>
/// <param name="Before">What was changed, as it was.</param>
/// <param name="After">What was changed, as it became.</param>
/// <param name="TraceId">Finds the request in logs and traces.</param>
public sealed record AuditEntry(
    Guid Id,
    DateTimeOffset At,
    string Service,
    string Action,
    Guid? ActorId,
    string? ActorRole,
    Guid? TargetId,
    string? Address,
    JsonElement? Before,
    JsonElement? After,
    string? TraceId);
