using System.Net;
using GoCart.BuildingBlocks.Database;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.HttpResults;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Turns whatever ends a request without an answer into one problem, and logs what was not expected, once.</summary>
public sealed partial class ProblemMiddleware(RequestDelegate next, ILogger<ProblemMiddleware> logger)
{
    public async Task InvokeAsync(HttpContext context)
    {
        context.Response.OnStarting(AddHeaders, context.Response);

        try
        {
            await next(context);
        }
        catch (Exception e) when (!context.Response.HasStarted)
        {
            if (context.RequestAborted.IsCancellationRequested)
            {
                context.Response.StatusCode = StatusCodes.Status499ClientClosedRequest;
                return;
            }

            // Headers of the answer that did not come to be, an ETag for example, do not belong to this one.
            context.Response.Clear();
            await ProblemFor(e, context.Response).ExecuteAsync(context);
            return;
        }

        // The framework's own 404, 405 and 415 have no body.
        if (!context.Response.HasStarted && context.Response is { StatusCode: >= 400, ContentLength: null, ContentType: null })
            await Problem.ForStatus(context.Response.StatusCode).ExecuteAsync(context);
    }

    private ProblemHttpResult ProblemFor(Exception exception, HttpResponse response)
    {
        switch (exception)
        {
            case ProblemException e:
                return e.Problem;
            case BadHttpRequestException e:
                return Problem.ForStatus(e.StatusCode);
            // Kestrel's word for a chunk whose size is no number that it knows.
            case IOException { InnerException: OverflowException }:
                return Problem.ForStatus(StatusCodes.Status400BadRequest);
            // Away, too slow, full or not migrated: it says nothing about the request, which may be sent again.
            case NpgsqlException e when Failures.KindOf(e) != Failure.Work:
                LogDependencyAway(e.Message);
                return Problem.Unavailable();
            // The service that was called has heard earlier that the session is over; this one will in a moment.
            case HttpRequestException { StatusCode: HttpStatusCode.Unauthorized }:
                response.Headers.WWWAuthenticate = Problem.InvalidToken;
                return Problem.ForStatus(StatusCodes.Status401Unauthorized);
            case HttpRequestException or OperationCanceledException or TimeoutException:
                LogDependencyAway(exception.Message);
                return Problem.Unavailable();
            default:
                LogUnexpected(exception);
                return Problem.ForStatus(StatusCodes.Status500InternalServerError);
        }
    }

    private static Task AddHeaders(object state)
    {
        var response = (HttpResponse)state;

        if (response.StatusCode is StatusCodes.Status503ServiceUnavailable or StatusCodes.Status429TooManyRequests
            && response.Headers.RetryAfter.Count == 0)
            response.Headers.RetryAfter = "1";

        // Only what a handler says may be kept, is.
        if (response.Headers.CacheControl.Count == 0)
            response.Headers.CacheControl = "no-store";

        return Task.CompletedTask;
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "A request was answered 503, because something it needs is away: {Reason}")]
    private partial void LogDependencyAway(string reason);

    [LoggerMessage(Level = LogLevel.Error, Message = "A request failed for an unexpected reason")]
    private partial void LogUnexpected(Exception exception);
}
