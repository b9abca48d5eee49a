using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>
/// A graceful stop: first not ready, then a pause in which load balancers and callers notice, and only then the server stops
/// to accept. In the pause every request is served, and its connection closed: nobody sends the next one on a connection that
/// is about to break.
/// </summary>
/// <remarks><c>Hosting:DrainDelay</c> is the pause, default none: one copy needs none.</remarks>
internal sealed class Readiness(IConfiguration configuration) : IHostedLifecycleService, IHealthCheck
{
    private readonly TimeSpan _drainDelay = configuration.GetValue("Hosting:DrainDelay", TimeSpan.Zero) is var delay && delay >= TimeSpan.Zero
        ? delay
        : throw new InvalidOperationException("Set Hosting:DrainDelay to a time such as 00:00:05, not below zero.");
    private volatile bool _isStopping;

    public Task<HealthCheckResult> CheckHealthAsync(HealthCheckContext context, CancellationToken cancellationToken = default) =>
        Task.FromResult(_isStopping ? HealthCheckResult.Unhealthy("The service is stopping.") : HealthCheckResult.Healthy());

    /// <summary>Has each answer of a service that stops say that its connection ends with it.</summary>
    public Task CloseConnectionsAsync(HttpContext context, RequestDelegate next)
    {
        if (_isStopping && context.Request.Protocol == HttpProtocol.Http11)
            context.Response.Headers.Connection = "close";
        return next(context);
    }

    public async Task StoppingAsync(CancellationToken cancellationToken)
    {
        _isStopping = true;
        if (_drainDelay > TimeSpan.Zero)
            await Task.Delay(_drainDelay, cancellationToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
    }

    public Task StartAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartedAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StartingAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StopAsync(CancellationToken cancellationToken) => Task.CompletedTask;

    public Task StoppedAsync(CancellationToken cancellationToken) => Task.CompletedTask;
}
