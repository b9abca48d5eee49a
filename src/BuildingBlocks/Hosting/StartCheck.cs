using Microsoft.Extensions.Diagnostics.HealthChecks;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>Keeps a service from running in production with something that only its database can tell.</summary>
/// <remarks>
/// The database may still be away: then the service starts, is not ready, and looks again. It stops with exit code 1 if it finds
/// what must not be.
/// </remarks>
public abstract partial class StartCheck(IHostEnvironment environment, IHostApplicationLifetime lifetime, ILogger logger)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private volatile bool _isChecked = environment.IsDevelopment();
    private string? _lastReason;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(_isChecked
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy($"It is not known yet {Question}."));

    /// <exception cref="InvalidOperationException">Says what to do about it.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        if (await FindAsync(cancellationToken) is { } refusal)
            throw new InvalidOperationException(refusal);
        await base.StartAsync(cancellationToken);
    }

    /// <summary>What is asked, as in "It is not known yet whether …".</summary>
    protected abstract string Question { get; }

    /// <returns>Why the service must not run, and what to do about it; null if it may.</returns>
    protected abstract Task<string?> FindRefusalAsync(CancellationToken cancellationToken);

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_isChecked)
        {
            await Task.Delay(RetryInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;

            if (await FindAsync(stoppingToken) is { } refusal)
            {
                LogRefused(logger, refusal);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
        }
    }

    private async Task<string?> FindAsync(CancellationToken cancellationToken)
    {
        if (_isChecked)
            return null;

        try
        {
            var refusal = await FindRefusalAsync(cancellationToken);
            _isChecked = refusal is null;
            return refusal;
        }
        // Away, or not migrated yet: nothing of it may keep the service from starting.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Said when it changes, and not every second.
            if (e.Message != _lastReason)
                LogPostponed(logger, Question, e.Message);
            _lastReason = e.Message;
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "It is not known yet {Question}; the service is not ready: {Reason}")]
    private static partial void LogPostponed(ILogger logger, string question, string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The service stops: {Reason}")]
    private static partial void LogRefused(ILogger logger, string reason);
}
