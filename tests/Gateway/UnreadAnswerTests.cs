extern alias GatewayService;
using GatewayService::GoCart.Gateway.Memory;
using Microsoft.AspNetCore.Http.Features;
using Yarp.ReverseProxy.Configuration;
using Yarp.ReverseProxy.Forwarder;
using Yarp.ReverseProxy.Model;

namespace GoCart.Tests.Gateway;

/// <summary>What may be kept in memory is written by the gateway itself, when the service has long done its part.</summary>
/// <remarks>Without a socket: the buffers of a local connection take as much as there can be to write.</remarks>
public sealed class UnreadAnswerTests
{
    private const string Target = "/api/products";

    [Fact]
    public async Task Who_never_reads_is_cut_off_and_keeps_nobody_else_waiting()
    {
        var service = new TaskCompletionSource();
        var reads = new ReadsFromMemory(
            async context =>
            {
                await service.Task;
                context.Response.Headers.CacheControl = "public, max-age=0";
                await context.Response.Body.WriteAsync(new byte[200 * 1024]);
            },
            new(TimeProvider.System), TimeProvider.System);
        var (never, another) = (Context(new UnreadBody()), Context(new MemoryStream()));

        var cutOff = reads.InvokeAsync(never);
        var answered = reads.InvokeAsync(another);
        service.SetResult();
        await answered;
        var waitedForIt = cutOff.IsCompleted;
        await cutOff;

        Assert.False(waitedForIt);
        Assert.Equal(200 * 1024, another.Response.Body.Length);
        Assert.True(never.Features.GetRequiredFeature<Lifetime>().IsAborted);
    }

    private static DefaultHttpContext Context(Stream body)
    {
        var route = new RouteConfig { RouteId = "products", Metadata = new Dictionary<string, string> { ["Memory"] = "keep" } };
        var context = new DefaultHttpContext { Request = { Method = "GET" }, Response = { Body = body } };
        context.SetEndpoint(new(null, new(new RouteModel(route, null, HttpTransformer.Default)), null));
        context.Features.GetRequiredFeature<IHttpRequestFeature>().RawTarget = Target;
        var lifetime = new Lifetime();
        context.Features.Set<IHttpRequestLifetimeFeature>(lifetime);
        context.Features.Set(lifetime);
        return context;
    }

    private sealed class Lifetime : IHttpRequestLifetimeFeature
    {
        public bool IsAborted { get; private set; }

        public CancellationToken RequestAborted { get; set; }

        public void Abort() => IsAborted = true;
    }

    /// <summary>Of a client whose window is full.</summary>
    private sealed class UnreadBody : MemoryStream
    {
        public override async ValueTask WriteAsync(ReadOnlyMemory<byte> buffer, CancellationToken cancellationToken = default) =>
            await Task.Delay(Timeout.Infinite, cancellationToken);
    }
}
