using System.Runtime.InteropServices;
using GoCart.BuildingBlocks.Database;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>
/// Keeps a service closed while its database lacks a migration of this release. Closed, and not only unready: other services take
/// all copies in turn, and a copy that had opened its queues would sit on events that it cannot handle yet.
/// </summary>
/// <remarks>A database that does not answer keeps nothing closed: then the service opens, is not ready, and joins when it is back.</remarks>
internal static partial class MigrationWait
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(0.5);

    /// <summary>Serves until the process is asked to stop.</summary>
    public static async Task RunWhenMigratedAsync(this WebApplication app)
    {
        if (await WaitAsync(app.Services))
            await app.RunAsync();
        else
            await app.DisposeAsync();
    }

    /// <returns>False: the process is to stop.</returns>
    private static async Task<bool> WaitAsync(IServiceProvider services)
    {
        if (services.GetService<RequiredMigrations>() is not { Sets.Count: > 0 } required)
            return true;

        using var stopping = new CancellationTokenSource();
        // The host does so from its start on.
        using var terminate = PosixSignalRegistration.Create(PosixSignal.SIGTERM, Stop);
        using var interrupt = PosixSignalRegistration.Create(PosixSignal.SIGINT, Stop);
        var db = services.GetRequiredService<NpgsqlDataSource>();
        var clock = services.GetRequiredService<TimeProvider>();
        var logger = services.GetRequiredService<ILoggerFactory>().CreateLogger(nameof(MigrationWait));
        string? last = null;

        while (await FindMissingAsync(required, db, stopping.Token) is { } missing)
        {
            if (missing != last)
                LogClosed(logger, missing);
            last = missing;
            await Task.Delay(Pause, clock, stopping.Token).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stopping.IsCancellationRequested)
                return false;
        }
        return !stopping.IsCancellationRequested;

        void Stop(PosixSignalContext context)
        {
            context.Cancel = true;
            stopping.Cancel();
        }
    }

    private static async Task<string?> FindMissingAsync(RequiredMigrations required, NpgsqlDataSource db, CancellationToken stopping)
    {
        try
        {
            return await required.FindMissingAsync(db, stopping);
        }
        // Away, or we are to stop: either way nothing is known to be missing. The health check says what is wrong with it.
        catch (Exception e) when (e is NpgsqlException or TimeoutException or OperationCanceledException)
        {
            return null;
        }
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "The service stays closed until its command migrate has run: {Missing}")]
    private static partial void LogClosed(ILogger logger, string missing);
}
