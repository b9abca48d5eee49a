using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Hosting;

/// <summary>Small work that is done for the first time soon after the start, and then again and again while the service runs.</summary>
/// <remarks>A round that fails is logged, once a minute at most, and the next one comes all the same.</remarks>
public abstract partial class RecurringWork(TimeSpan interval, TimeProvider clock, ILogger logger) : BackgroundService
{
    private static readonly TimeSpan LongestFirstPause = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LogInterval = TimeSpan.FromMinutes(1);

    private long? _loggedAt;

    /// <summary>One round.</summary>
    protected abstract Task RunAsync(CancellationToken cancellationToken);

    protected sealed override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        // Not the same for all copies of a service: they are often started together.
        var pause = Random.Shared.NextDouble() * (interval < LongestFirstPause ? interval : LongestFirstPause);

        while (true)
        {
            await Task.Delay(pause, clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;

            try
            {
                await RunAsync(stoppingToken);
            }
            catch (Exception) when (stoppingToken.IsCancellationRequested)
            {
                // The service stops, in whatever way that ended the round.
                return;
            }
            catch (Exception e)
            {
                LogNowAndThen(e);
            }
            pause = interval;
        }
    }

    private void LogNowAndThen(Exception error)
    {
        if (_loggedAt is { } last && clock.GetElapsedTime(last) < LogInterval)
            return;

        _loggedAt = clock.GetTimestamp();
        LogFailed(GetType().Name, error);
    }

    [LoggerMessage(Level = LogLevel.Warning, Message = "{Work} failed, and will be tried again")]
    private partial void LogFailed(string work, Exception error);
}
