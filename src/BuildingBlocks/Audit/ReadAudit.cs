using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.DependencyInjection;
using Npgsql;

namespace GoCart.BuildingBlocks.Audit;

/// <summary>Notes that one of the staff has looked at what is about people: who looked, when, and at which account or order.</summary>
public static class ReadAudit
{
    /// <summary>What cannot be noted is not shown: the row is there before the answer leaves.</summary>
    /// <param name="action">Such as <c>account.read</c>.</param>
    public static RouteHandlerBuilder WithReadAudit(this RouteHandlerBuilder route, string action) =>
        route.AddEndpointFilter(async (invocation, next) =>
        {
            var result = await next(invocation);
            if (ShowsSomething(result))
                await NoteAsync(invocation.HttpContext, action);
            return result;
        });

    private static bool ShowsSomething(object? result) =>
        (result is INestedHttpResult nested ? nested.Result : result) is not IStatusCodeHttpResult { StatusCode: >= 300 };

    private static async Task NoteAsync(HttpContext context, string action)
    {
        var services = context.RequestServices;
        var target = RouteId.TryParse($"{context.Request.RouteValues["id"]}", out var id) ? id : (Guid?)null;
        var entry = AuditLog.Entry(
            context, services.GetRequiredService<TimeProvider>().GetMicrosecondNow(), action, context.Features.Get<CurrentUser>(), target);
        await services.GetRequiredService<NpgsqlDataSource>()
            .ExecuteAsync(AuditLog.InsertSql, new { Audit = entry.ToJson() }, context.RequestAborted);
    }
}
