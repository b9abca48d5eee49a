using GoCart.BuildingBlocks.Auth;
using GoCart.Users.Accounts;
using Microsoft.Extensions.Diagnostics.HealthChecks;
using Npgsql;

namespace GoCart.Users;

/// <summary>Refuses to start where passwords could not be hashed, or where everybody knows the administrator's password.</summary>
/// <remarks>
/// The second needs the database, which may still be away: then the service starts, is not ready, and looks again. It stops
/// with exit code 1 if it finds that administrator.
/// </remarks>
internal sealed partial class StartChecks(
    NpgsqlDataSource db, IHostEnvironment environment, IHostApplicationLifetime lifetime, ILogger<StartChecks> logger)
    : BackgroundService, IHealthCheck
{
    private static readonly TimeSpan RetryInterval = TimeSpan.FromSeconds(1);
    private volatile bool _isChecked = environment.IsDevelopment();
    private string? _lastReason;

    public Task<HealthCheckResult> CheckHealthAsync(
        HealthCheckContext context, CancellationToken cancellationToken = default) => Task.FromResult(_isChecked
            ? HealthCheckResult.Healthy()
            : HealthCheckResult.Unhealthy("It is not known yet whether the development administrator exists."));

    /// <exception cref="InvalidOperationException">Says what to do about it.</exception>
    public override async Task StartAsync(CancellationToken cancellationToken)
    {
        PasswordHash.EnsureAvailable();
        if (await FindsDevelopmentAdminAsync(cancellationToken))
            throw new InvalidOperationException(AdminExists);
        await base.StartAsync(cancellationToken);
    }

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (!_isChecked)
        {
            await Task.Delay(RetryInterval, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;

            if (await FindsDevelopmentAdminAsync(stoppingToken))
            {
                LogRefused(AdminExists);
                Environment.ExitCode = 1;
                lifetime.StopApplication();
                return;
            }
        }
    }

    private async Task<bool> FindsDevelopmentAdminAsync(CancellationToken cancellationToken)
    {
        if (_isChecked)
            return false;

        try
        {
            var exists = await DevelopmentAdmin.ExistsAsync(db, cancellationToken);
            _isChecked = !exists;
            return exists;
        }
        // Away, or not migrated yet: nothing of it may keep the service from starting.
        catch (Exception e) when (!cancellationToken.IsCancellationRequested)
        {
            // Said when it changes, and not every second.
            if (e.Message != _lastReason)
                LogPostponed(e.Message);
            _lastReason = e.Message;
            return false;
        }
    }

    private const string AdminExists =
        $"The account {DevelopmentAdmin.Email} exists with the password of the README. Delete it, and make an administrator "
        + "of your own with: gocart admin create";

    [LoggerMessage(
        Level = LogLevel.Warning,
        Message = "It is not known yet whether the development administrator exists; the service is not ready: {Reason}")]
    private partial void LogPostponed(string reason);

    [LoggerMessage(Level = LogLevel.Critical, Message = "The service stops: {Reason}")]
    private partial void LogRefused(string reason);
}
