using System.Net.Security;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Microsoft.AspNetCore.Server.Kestrel.Https;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.Logging;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// Mutual TLS between gateway and services: each shows a certificate of the store's own authority and asks for one, so that
/// nobody else on the network can read what they say or speak to a service. Section <c>InternalTls</c>; off without it.
/// </summary>
/// <remarks>A renewed certificate is used by the next connection; another authority needs a restart.</remarks>
public sealed class InternalTls : IDisposable
{
    private const string Section = "InternalTls";
    private const string Rule =
        $"Set all of {Section}:CertificateFile, {Section}:KeyFile and {Section}:AuthorityFile to PEM files that can be read, or none";

    private readonly CertificateFiles? _own;
    private readonly X509Certificate2? _authority;

    /// <exception cref="InvalidOperationException">A file is missing or is not what it should be.</exception>
    internal InternalTls(IConfiguration configuration, TimeProvider clock, ILogger<CertificateFiles> logger)
    {
        var section = configuration.GetSection(Section);
        var files = new[] { section["CertificateFile"], section["KeyFile"], section["AuthorityFile"] };
        if (files.All(string.IsNullOrEmpty))
            return;

        if (files is not [{ Length: > 0 } certificate, { Length: > 0 } key, { Length: > 0 } authority])
            throw new InvalidOperationException($"{Rule}.");
        try
        {
            _own = new CertificateFiles(certificate, key, clock, logger);
            _authority = X509CertificateLoader.LoadCertificateFromFile(authority);
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException or IOException or UnauthorizedAccessException)
        {
            throw new InvalidOperationException($"{Rule}: {e.Message}", e);
        }
    }

    public bool IsOn => _own is not null;

    /// <summary>Whether the settings ask for it, where only they are at hand.</summary>
    internal static bool IsSet(IConfiguration configuration) => !string.IsNullOrEmpty(configuration[$"{Section}:CertificateFile"]);

    /// <summary>What a client needs to speak to a service; null when it is off.</summary>
    /// <remarks>The name in the service's certificate has to be the one in its address, as anywhere.</remarks>
    public SslClientAuthenticationOptions? ForClient() => _own is null
        ? null
        : new SslClientAuthenticationOptions
        {
            LocalCertificateSelectionCallback = (_, _, _, _, _) => _own.Current.TargetCertificate,
            CertificateChainPolicy = OurAuthorityAlone(),
        };

    /// <summary>Makes a service show its certificate and refuse whoever has none of the same authority.</summary>
    internal void Require(HttpsConnectionAdapterOptions https)
    {
        var own = _own ?? throw new InvalidOperationException("There is no certificate.");
        https.ServerCertificate = own.Current.TargetCertificate;
        https.ClientCertificateMode = ClientCertificateMode.RequireCertificate;
        https.OnAuthenticate = (_, options) =>
        {
            options.ServerCertificateContext = own.Current;
            options.CertificateChainPolicy = OurAuthorityAlone();
        };
    }

    public void Dispose() => _authority?.Dispose();

    /// <summary>The authorities that the machine trusts besides are not asked.</summary>
    private X509ChainPolicy OurAuthorityAlone() => new()
    {
        TrustMode = X509ChainTrustMode.CustomRootTrust,
        CustomTrustStore = { _authority ?? throw new InvalidOperationException("There is no authority.") },
        // A store's own authority publishes no list; its certificates are to be short-lived.
        RevocationMode = X509RevocationMode.NoCheck,
        DisableCertificateDownloads = true,
    };
}
