using GoCart.BuildingBlocks.Auth;
using GoCart.Gateway.Proxy;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.Memory;

/// <summary>
/// Answers reads of products from memory while they are less than a second old, whoever asks: a rush costs the products service
/// two requests a second and page, not thousands. docs/decisions/0021 has the rules and what they bring.
/// </summary>
/// <remarks>
/// A change made by staff through this gateway drops everything that is kept before it is answered, so that it is seen by all at
/// once; one made elsewhere, and what is sold, is seen within <see cref="KeptAnswer.MaxAge"/>. Staff are never answered from memory.
/// </remarks>
internal sealed class ReadsFromMemory(RequestDelegate next, KeptAnswers kept, TimeProvider clock)
{
    /// <summary>In the metadata of a route: its answers may be kept, or its writes change those that are.</summary>
    private const string Metadata = "Memory";

    private const int MaxBodyLength = 256 * 1024;

    /// <summary>For the client to take an answer that is here: whoever does not read must not keep it in memory.</summary>
    private static readonly TimeSpan WriteTimeout = TimeSpan.FromSeconds(10);

    public Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata?.GetValueOrDefault(Metadata) is not { } use)
            return next(context);

        if (use == "drop")
        {
            if (!HttpMethods.IsGet(context.Request.Method) && !HttpMethods.IsHead(context.Request.Method))
                ForgetWhenAnswered(context);
            return next(context);
        }
        return MayBeKept(context) ? AnswerAsync(context) : next(context);
    }

    /// <summary>The change is made when its answer arrives, and the answer is not passed on before all is dropped.</summary>
    private void ForgetWhenAnswered(HttpContext context) => context.Response.OnStarting(() =>
    {
        kept.Forget();
        return Task.CompletedTask;
    });

    /// <summary>Only requests that differ in nothing but their target; whatever is unusual is for the service to judge.</summary>
    private static bool MayBeKept(HttpContext context)
    {
        var headers = context.Request.Headers;
        return HttpMethods.IsGet(context.Request.Method)
            && context.Features.Get<IHttpRequestBodyDetectionFeature>()?.CanHaveBody is not true
            && context.Features.Get<CurrentUser>() is not { Role: not Roles.Customer }
            && headers.IfMatch.Count == 0
            && headers.IfNoneMatch.Count <= 1
            && ForwardedHeaders.CanBePassedOn(headers);
    }

    private Task AnswerAsync(HttpContext context)
    {
        var target = context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "";
        return kept.Find(target) switch
        {
            null => AskOrWaitAsync(context, target),
            var answer when !answer.IsFresh(clock) && answer.TryRenew() => AskAsync(context, target, before: answer),
            var answer => WriteAsync(context, answer),
        };
    }

    /// <summary>The first asks; the others get its answer, or ask as well when it was none to be kept.</summary>
    private async Task AskOrWaitAsync(HttpContext context, string target)
    {
        var own = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        if (kept.Asking(target, own.Task) is { } another)
        {
            // Later its answer would be too old to be kept.
            await another.WaitAsync(KeptAnswer.MaxAge, clock, context.RequestAborted).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            await (kept.Find(target) is { } answer ? WriteAsync(context, answer) : AskAsync(context, target, before: null));
            return;
        }

        byte[]? body = null;
        try
        {
            body = await FetchAsync(context, target, before: null);
        }
        finally
        {
            kept.Asked(target);
            own.SetResult();
        }
        // The others do not wait until this client has read it.
        await PassOnAsync(context, body);
    }

    private async Task AskAsync(HttpContext context, string target, KeptAnswer? before) =>
        await PassOnAsync(context, await FetchAsync(context, target, before));

    /// <returns>What is still to be written; null when the client has it already.</returns>
    private async Task<byte[]?> FetchAsync(HttpContext context, string target, KeptAnswer? before)
    {
        var (askedAt, period) = (clock.GetTimestamp(), kept.Period);
        var client = context.Response.Body;
        await using var body = new HeldBody(client, MaxBodyLength);
        context.Response.Body = body;
        try
        {
            await next(context);
        }
        finally
        {
            context.Response.Body = client;
            before?.GiveUpRenewing();
        }

        if (body.Answer is not { } answer)
            return null;

        // Who tried to renew it gets what the others got meanwhile.
        if (before is not null && context.Response.StatusCode >= StatusCodes.Status500InternalServerError
            && !context.Response.HasStarted && kept.Find(target) == before)
        {
            context.Response.Clear();
            context.Features.Set<IForwarderErrorFeature>(null);
            await WriteAsync(context, before);
            return null;
        }

        // An answer that broke off has status 200, too.
        if (context.Features.Get<IForwarderErrorFeature>() is null
            && KeptAnswer.Of(context.Response, answer, askedAt, period) is { } toKeep)
        {
            kept.Keep(target, toKeep);
        }
        return answer;
    }

    /// <remarks>With a time limit of its own: that of the request may be up, and this the problem that says so.</remarks>
    private async Task PassOnAsync(HttpContext context, byte[]? answer)
    {
        if (answer is not { Length: > 0 })
            return;

        using var timeout = new CancellationTokenSource(WriteTimeout, clock);
        try
        {
            await context.Response.Body.WriteAsync(answer, timeout.Token);
        }
        catch (OperationCanceledException) when (timeout.IsCancellationRequested)
        {
            context.Abort();
        }
    }

    private Task WriteAsync(HttpContext context, KeptAnswer answer)
    {
        var condition = context.Request.Headers.IfNoneMatch;
        if (condition.Count == 0)
            return WriteWholeAsync(context, answer);
        // Any other condition is read by the service, which knows all the forms that it can have.
        return answer.ETag.Count == 1 && condition[0] == answer.ETag[0] ? WriteNotModified(context, answer) : next(context);
    }

    private static async Task WriteWholeAsync(HttpContext context, KeptAnswer answer)
    {
        var response = context.Response;
        response.StatusCode = answer.Status;
        response.Headers.ContentType = answer.ContentType;
        response.ContentLength = answer.Body.Length;
        WriteHeaders(response.Headers, answer);
        await response.BodyWriter.WriteAsync(answer.BodyNow(), context.RequestAborted);
    }

    private static Task WriteNotModified(HttpContext context, KeptAnswer answer)
    {
        context.Response.StatusCode = StatusCodes.Status304NotModified;
        WriteHeaders(context.Response.Headers, answer);
        return Task.CompletedTask;
    }

    private static void WriteHeaders(IHeaderDictionary headers, KeptAnswer answer)
    {
        headers.CacheControl = answer.CacheControl;
        if (answer.ETag.Count > 0)
            headers.ETag = answer.ETag;
        if (answer.Link.Count > 0)
            headers.Link = answer.Link;
    }
}
