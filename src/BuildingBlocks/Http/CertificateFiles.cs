using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// A certificate and its key in PEM files, as the files have them now: connections that begin a second after they were renewed get
/// the new one, and nothing is restarted. Files that cannot be read, or are being written at this moment, leave it as it was.
/// </summary>
internal sealed partial class CertificateFiles
{
    private static readonly TimeSpan LookInterval = TimeSpan.FromSeconds(1);

    private readonly string _certificateFile;
    private readonly string _keyFile;
    private readonly TimeProvider _clock;
    private readonly ILogger<CertificateFiles> _logger;
    private readonly Lock _looking = new();
    private volatile SslStreamCertificateContext _current;
    private (string Certificate, string Key) _text;
    private (string Certificate, string Key)? _refused;
    private long _lookedAt;

    /// <exception cref="CryptographicException">They are no certificate and its key.</exception>
    /// <exception cref="IOException">One of them cannot be read.</exception>
    public CertificateFiles(string certificateFile, string keyFile, TimeProvider clock, ILogger<CertificateFiles> logger)
    {
        (_certificateFile, _keyFile, _clock, _logger) = (certificateFile, keyFile, clock, logger);
        _text = Read();
        _current = Load(_text);
        _lookedAt = clock.GetTimestamp();
    }

    /// <summary>With those between it and the root, if the file has them.</summary>
    public SslStreamCertificateContext Current
    {
        get
        {
            if (_clock.GetElapsedTime(Volatile.Read(ref _lookedAt)) >= LookInterval)
                LookAgain();
            return _current;
        }
    }

    private void LookAgain()
    {
        lock (_looking)
        {
            if (_clock.GetElapsedTime(_lookedAt) < LookInterval)
                return;
            Volatile.Write(ref _lookedAt, _clock.GetTimestamp());

            var text = ("", "");
            try
            {
                text = Read();
                if (text == _text)
                    return;

                _current = Load(text);
                (_text, _refused) = (text, null);
                LogRenewed(_certificateFile, _current.TargetCertificate.NotAfter);
            }
            // A key that is not the certificate's is an argument to .NET: one of the two files has been renewed, and the other has not yet.
            catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
            {
                // Once for each state of the files.
                if (text != _refused)
                    LogRefused(_certificateFile, e.Message);
                _refused = text;
            }
        }
    }

    private (string Certificate, string Key) Read() => (File.ReadAllText(_certificateFile), File.ReadAllText(_keyFile));

    private static SslStreamCertificateContext Load((string Certificate, string Key) text)
    {
        var certificate = X509Certificate2.CreateFromPem(text.Certificate, text.Key);
        var chain = new X509Certificate2Collection();
        chain.ImportFromPem(text.Certificate);
        // The first is the certificate itself, here without its key.
        chain.RemoveAt(0);
        return SslStreamCertificateContext.Create(certificate, chain, offline: true);
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "The certificate in {File} was renewed; it holds until {NotAfter}")]
    private partial void LogRenewed(string file, DateTime notAfter);

    [LoggerMessage(Level = LogLevel.Warning, Message = "The certificate in {File} has changed, but the one before stays in use: {Reason}")]
    private partial void LogRefused(string file, string reason);
}
