using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace GoCart.BuildingBlocks.Audit;

/// <summary>
/// Notes that one of the staff has looked at what is about people: who looked, when, and at which account or order, or at whose orders.
/// </summary>
public static class ReadAudit
{
    /// <summary>What cannot be noted is not shown: the row is there before the answer leaves.</summary>
    /// <param name="action">Such as <c>account.read</c>.</param>
    public static RouteHandlerBuilder WithReadAudit(this RouteHandlerBuilder route, string action) =>
        route.AddEndpointFilter(async (invocation, next) =>
        {
            var result = await next(invocation);
            if (ShowsSomething(result))
                await NoteReadAsync(invocation.HttpContext, action);
            return result;
        });

    private static bool ShowsSomething(object? result) =>
        (result is INestedHttpResult nested ? nested.Result : result) is not IStatusCodeHttpResult { StatusCode: >= 300 };

    /// <summary>For a handler that knows only at its end that it has shown something and changed nothing.</summary>
    public static async Task NoteReadAsync(this HttpContext context, string action)
    {
        var services = context.RequestServices;
        // Of a list, the one person it was asked for.
        var subject = $"{context.Request.RouteValues["id"] ?? context.Request.Query["user_id"]}";
        var target = RouteId.TryParse(subject, out var id) ? id : (Guid?)null;
        var entry = AuditLog.Entry(
            context, services.GetRequiredService<TimeProvider>().GetMicrosecondNow(), action, context.Features.Get<CurrentUser>(), target);
        await services.GetRequiredService<NpgsqlDataSource>()
            .ExecuteAsync(AuditLog.InsertSql, new { Audit = entry.ToJson() }, context.RequestAborted);
    }
}
