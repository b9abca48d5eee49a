using Microsoft.Extensions.Options;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.Users.Sessions;

/// <summary>
/// The private keys as the file has them now: it is looked at every second, so that keys change without a restart. A file that
/// cannot be read, or is being written at this moment, leaves the keys as they are.
/// </summary>
internal sealed partial class KeyRing : BackgroundService
{
    private static readonly TimeSpan PollInterval = TimeSpan.FromSeconds(1);

    private readonly string _path;
    private readonly IHostEnvironment _environment;
    private readonly TimeProvider _clock;
    private readonly ILogger<KeyRing> _logger;
    private volatile PrivateKeys _keys;
    private string _text;
    private string? _refusedText;

    /// <exception cref="InvalidOperationException">The file is missing or holds anything else; the message says what to do.</exception>
    public KeyRing(IOptions<TokenOptions> options, IHostEnvironment environment, TimeProvider clock, ILogger<KeyRing> logger)
    {
        (_path, _environment, _clock, _logger) = (options.Value.SigningKeyFile, environment, clock, logger);
        (_keys, _text) = PrivateKeys.Load(_path, environment);
    }

    public SigningCredentials Signing => _keys.SigningAt(_clock.GetUtcNow());

    public JsonWebKeySet Published => _keys.PublishedAt(_clock.GetUtcNow());

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        while (true)
        {
            await Task.Delay(PollInterval, _clock, stoppingToken).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
            if (stoppingToken.IsCancellationRequested)
                return;
            await ReadAgainAsync(stoppingToken);
        }
    }

    private async Task ReadAgainAsync(CancellationToken cancellationToken)
    {
        var text = "";
        try
        {
            text = await File.ReadAllTextAsync(_path, cancellationToken);
            if (text == _text)
                return;

            _keys = PrivateKeys.Parse(text, _path, _environment);
            (_text, _refusedText) = (text, null);
            LogChanged(Published.Keys.Count);
        }
        catch (Exception e) when (e is InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            // Once for each state of the file.
            if (text != _refusedText)
                LogRefused(e.Message);
            _refusedText = text;
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            // The service stops.
        }
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The file of the signing keys has changed; published are {Count} keys now")]
    private partial void LogChanged(int count);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The file of the signing keys has changed, but the keys before stay in use: {Reason}")]
    private partial void LogRefused(string reason);
}
