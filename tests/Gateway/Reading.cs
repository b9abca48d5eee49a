using System.Collections.Concurrent;
using System.Text;
using GoCart.BuildingBlocks.Auth;

namespace GoCart.Tests.Gateway;

/// <summary>How a server understood a request: everything that decides what is done, and for whom.</summary>
internal sealed record Reading(string Route, string Method, string Values, string Query, string User, string Headers, string Cookie, string Body)
{
    /// <summary>Those that services read; the others stay outside.</summary>
    private static readonly string[] Names =
        ["Content-Type", "Content-Encoding", "If-Match", "If-None-Match", "Idempotency-Key", "Prefer", "Origin", "Sec-Fetch-Site", "Authorization"];

    public static Reading Of(HttpContext context, string headers)
    {
        var request = context.Request;
        var user = context.Features.Get<CurrentUser>();
        return new(
            context.GetEndpoint() is RouteEndpoint endpoint ? $"/{endpoint.RoutePattern.RawText?.Trim('/')}" : "none",
            request.Method,
            string.Join('&', request.RouteValues.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={value.Value}")),
            string.Join('&', request.Query.OrderBy(value => value.Key, StringComparer.Ordinal).Select(value => $"{value.Key}={string.Join('|', [.. value.Value])}")),
            user is null ? "nobody" : $"{user.Id} {user.Role}",
            headers,
            request.Cookies["refresh_token"] ?? "",
            request.Body is MemoryStream body ? Encoding.Latin1.GetString(body.ToArray()) : "");
    }

    /// <summary>Those that came more than once as one list, which RFC 9110 §5.3 allows; what takes one value refuses a list.</summary>
    public static string HeadersOf(HttpRequest request) => string.Join(
        '\n', Names.Where(request.Headers.ContainsKey).Select(name => $"{name}: {string.Join(", ", [.. request.Headers[name]])}"));
}

/// <summary>Stands before everything else in a server of a test, and notes how the server reads what comes through the gateway.</summary>
/// <param name="isWanted">At a service: what the gateway sends, and not what services ask each other.</param>
internal sealed class ReadingRecorder(ConcurrentQueue<Reading> readings, Func<HttpRequest, bool> isWanted, bool isGateway) : IStartupFilter
{
    public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
    {
        app.Use(async (context, next) =>
        {
            if (isWanted(context.Request))
            {
                // Now: the gateway changes some before it sends them on.
                var headers = Reading.HeadersOf(context.Request);
                // The gateway itself reads bodies whole, with their limits.
                if (!isGateway)
                    context.Request.Body = await ReadAsync(context.Request.Body);
                context.Response.OnStarting(() =>
                {
                    readings.Enqueue(Reading.Of(context, headers));
                    return Task.CompletedTask;
                });
            }
            await next(context);
        });
        next(app);
    };

    private static async Task<MemoryStream> ReadAsync(Stream body)
    {
        var copy = new MemoryStream();
        await body.CopyToAsync(copy);
        copy.Position = 0;
        return copy;
    }
}
