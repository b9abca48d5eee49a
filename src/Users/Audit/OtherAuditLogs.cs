using GoCart.BuildingBlocks.Audit;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;

namespace GoCart.Users.Audit;

/// <summary>What products noted of its administrators.</summary>
internal sealed class ProductsAuditLog(HttpClient http)
{
    /// <inheritdoc cref="OtherAuditLog.ReadAsync"/>
    public Task<List<AuditEntry>> ReadAsync(CurrentUser admin, AuditLogPart part, CancellationToken cancellationToken) =>
        OtherAuditLog.ReadAsync(http, admin, part, cancellationToken);
}

/// <summary>What orders noted of its administrators.</summary>
internal sealed class OrdersAuditLog(HttpClient http)
{
    /// <inheritdoc cref="OtherAuditLog.ReadAsync"/>
    public Task<List<AuditEntry>> ReadAsync(CurrentUser admin, AuditLogPart part, CancellationToken cancellationToken) =>
        OtherAuditLog.ReadAsync(http, admin, part, cancellationToken);
}

internal static class OtherAuditLog
{
    /// <exception cref="HttpRequestException">The service is away, or does not answer as it should.</exception>
    /// <exception cref="OperationCanceledException">It took too long.</exception>
    public static async Task<List<AuditEntry>> ReadAsync(
        HttpClient http, CurrentUser admin, AuditLogPart part, CancellationToken cancellationToken)
    {
        using var request = ServiceClient.RequestFor(admin, HttpMethod.Get, AuditLogRoute.Path + part.ToQuery());
        using var response = await http.SendAsync(request, cancellationToken);
        return await response.ReadAnswerAsync<List<AuditEntry>>(cancellationToken);
    }
}
