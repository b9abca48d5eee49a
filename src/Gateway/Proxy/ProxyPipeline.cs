using GoCart.BuildingBlocks.Http;
using GoCart.Gateway.Shedding;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Http.Timeouts;
using Microsoft.Net.Http.Headers;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.Proxy;

/// <summary>What happens to a request between its authorization and the copy of the service that gets it, in this order.</summary>
internal static partial class ProxyPipeline
{
    public static void Configure(IReverseProxyApplicationBuilder proxy)
    {
        var logger = proxy.ApplicationServices.GetRequiredService<ILoggerFactory>().CreateLogger("GoCart.Gateway.Proxy");
        proxy.Use((context, next) => AnswerFailureAsync(context, next, logger));
        proxy.Use(ForwardedHeaders.RefuseWhatWouldChangeAsync);
        proxy.Use(ReadWholeBodyAsync);
        proxy.Use(proxy.ApplicationServices.GetRequiredService<LoadShedding>().LimitAsync);
        proxy.UseMiddleware<CopiesWithRoom>();
        proxy.Use(SendAgainOnceAsync);
        proxy.UseLoadBalancing();
        proxy.UsePassiveHealthChecks();
    }

    /// <summary>Whatever kept the service's answer from coming is a 502, 503 or 504 of ours, never a 500.</summary>
    private static async Task AnswerFailureAsync(HttpContext context, RequestDelegate next, ILogger logger)
    {
        await next(context);

        if (context.GetForwarderErrorFeature() is not { } failure)
            return;

        var service = context.GetRouteModel().Config.ClusterId;
        if (context.Response.HasStarted)
        {
            if (failure.Error is ForwarderError.ResponseBodyDestination || HasMissedDeadline(context))
                LogBrokenOff(logger, service, failure.Error, failure.Exception?.Message);
            return;
        }

        // The client has left: nobody waits for an answer, and no service did anything wrong.
        if (!HasMissedDeadline(context))
            context.RequestAborted.ThrowIfCancellationRequested();

        var status = failure.Error switch
        {
            ForwarderError.NoAvailableDestinations => StatusCodes.Status503ServiceUnavailable,
            _ when failure.WasNeverSent() => StatusCodes.Status503ServiceUnavailable,
            ForwarderError.RequestTimedOut => StatusCodes.Status504GatewayTimeout,
            ForwarderError.RequestCanceled or ForwarderError.RequestBodyCanceled or ForwarderError.ResponseBodyCanceled
                when HasMissedDeadline(context) => StatusCodes.Status504GatewayTimeout,
            _ => StatusCodes.Status502BadGateway,
        };
        LogFailure(logger, service, failure.Error, status, failure.Exception?.Message);

        context.Response.Clear();
        await Problem.ForStatus(status).ExecuteAsync(context);
    }

    /// <summary>
    /// The service hears of a request only when all of it is here: a slow client holds a connection of ours, never a place
    /// at the service; and what is too large was sent nowhere.
    /// </summary>
    private static Task ReadWholeBodyAsync(HttpContext context, RequestDelegate next)
    {
        // YARP would turn the request into a GET to switch protocols; the store has no other protocol.
        context.Request.Headers.Remove(HeaderNames.Upgrade);
        return context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is true
            ? ReadAsync(context, next)
            : next(context);

        static async Task ReadAsync(HttpContext context, RequestDelegate next)
        {
            var body = new MemoryStream();
            // Kestrel ends this with 413 when more than the permitted bytes come.
            try
            {
                await context.Request.BodyReader.CopyToAsync(body, context.RequestAborted);
            }
            catch (OperationCanceledException e) when (HasMissedDeadline(context))
            {
                throw new BadHttpRequestException("The body took too long to arrive.", StatusCodes.Status408RequestTimeout, e);
            }
            body.Position = 0;
            context.Request.Body = body;
            context.Request.Headers.TransferEncoding = default;
            context.Request.ContentLength = body.Length;
            await next(context);
        }
    }

    /// <summary>
    /// A request that no copy has seen goes to another copy; a read that was cut off is sent once more. A write that may
    /// have arrived is never sent again. When no other copy seems well, one that does not is better than the one that failed
    /// just now: in a rolling restart it may have come back since the last probe.
    /// </summary>
    private static async Task SendAgainOnceAsync(HttpContext context, RequestDelegate next)
    {
        var proxy = context.GetReverseProxyFeature();
        var copies = proxy.AvailableDestinations;
        await next(context);

        if (context.GetForwarderErrorFeature() is not { } failure
            || context.Response.HasStarted
            || context.RequestAborted.IsCancellationRequested)
            return;

        var others = Others(copies, proxy.ProxiedDestination);
        if (others.Count == 0)
            others = Others(proxy.AllDestinations, proxy.ProxiedDestination);
        var isRead = HttpMethods.IsGet(context.Request.Method) || HttpMethods.IsHead(context.Request.Method);
        var maySendAgain = failure.WasNeverSent() ? others.Count > 0 : isRead && failure.Error is ForwarderError.Request;
        if (!maySendAgain)
            return;

        proxy.AvailableDestinations = others.Count > 0 ? others : copies;
        context.Features.Set<IForwarderErrorFeature>(null);
        context.Response.Clear();
        if (context.Request.Body.CanSeek)
            context.Request.Body.Position = 0;
        await next(context);
    }

    private static List<DestinationState> Others(IReadOnlyList<DestinationState> copies, DestinationState? failed) =>
        [.. copies.Where(copy => copy != failed)];

    private static bool HasMissedDeadline(HttpContext context) =>
        context.Features.Get<IHttpRequestTimeoutFeature>()?.RequestTimeoutToken.IsCancellationRequested is true;

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "A request to {Service} failed ({Failure}) and was answered {Status}: {Reason}")]
    private static partial void LogFailure(ILogger logger, string? service, ForwarderError failure, int status, string? reason);

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Service} broke off in the middle of an answer ({Failure}): {Reason}")]
    private static partial void LogBrokenOff(ILogger logger, string? service, ForwarderError failure, string? reason);
}
