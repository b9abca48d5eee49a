using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Authentication;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>The gateway with a certificate of its own, as operations.md says to set it.</summary>
public sealed class TlsTests : IDisposable
{
    private static readonly Uri Products = new("/api/products", UriKind.Relative);

    private readonly TestAuthority _authority = new();
    private readonly TestClock _clock = new();
    private readonly Uri _address = new($"https://127.0.0.1:{Ports.Free()}");

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task The_gateway_speaks_TLS_with_the_given_certificate_and_tells_browsers_to_stay_with_it()
    {
        await using var gateway = await StartAsync(_authority.Issue("gateway"));
        using var client = _authority.CreateClient(_address);

        using var response = await client.GetAsync(Products, Cancelled);

        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("max-age=31536000", Assert.Single(response.Headers.GetValues("Strict-Transport-Security")));
        using var plain = new HttpClient();
        await Assert.ThrowsAsync<HttpRequestException>(() => plain.GetAsync(new Uri($"http://{_address.Authority}/api/products"), Cancelled));
    }

    [Fact]
    public async Task HTTP_2_is_spoken_by_the_same_rules()
    {
        await using var gateway = await StartAsync(_authority.Issue("gateway"));
        using var client = _authority.CreateClient(_address);
        client.DefaultRequestVersion = HttpVersion.Version20;
        client.DefaultVersionPolicy = HttpVersionPolicy.RequestVersionExact;

        using var response = await client.GetAsync(Products, Cancelled);
        using var upperCase = await client.GetAsync(new Uri("/API/products", UriKind.Relative), Cancelled);
        using var anonymous = await client.GetAsync(new Uri("/api/cart", UriKind.Relative), Cancelled);
        using var large = await client.PostAsync(new Uri("/api/users", UriKind.Relative), new ByteArrayContent(new byte[66_000]), Cancelled);

        Assert.Equal((HttpStatusCode.OK, HttpVersion.Version20), (response.StatusCode, response.Version));
        await upperCase.AssertProblemAsync(HttpStatusCode.NotFound, "not_found");
        await anonymous.AssertProblemAsync(HttpStatusCode.Unauthorized, "unauthenticated");
        await large.AssertProblemAsync(HttpStatusCode.RequestEntityTooLarge, "payload_too_large");
    }

    [Fact]
    public async Task A_renewed_certificate_is_shown_without_a_restart_and_a_broken_one_is_not()
    {
        var files = _authority.Issue("gateway");
        await using var gateway = await StartAsync(files);
        var first = await SerialNumberAsync();

        // Half a renewal: the key belongs to another certificate.
        var key = await File.ReadAllTextAsync(files.KeyFile, Cancelled);
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        await File.WriteAllTextAsync(files.KeyFile, another.ExportPkcs8PrivateKeyPem(), Cancelled);
        LookAgain();
        Assert.Equal(first, await SerialNumberAsync());
        await File.WriteAllTextAsync(files.KeyFile, key, Cancelled);

        _authority.Issue("gateway");
        LookAgain();

        Assert.NotEqual(first, await SerialNumberAsync());
    }

    [Fact]
    public async Task Old_versions_are_refused()
    {
#pragma warning disable CA5397, SYSLIB0039 // That nobody may speak it any more is what is tried.
        const SslProtocols version = SslProtocols.Tls11;
#pragma warning restore CA5397, SYSLIB0039
        await using var gateway = await StartAsync(_authority.Issue("gateway"));

        await Assert.ThrowsAnyAsync<Exception>(() => HandshakeAsync(version));
        Assert.Equal(SslProtocols.Tls13, (await HandshakeAsync(SslProtocols.None)).Version);
    }

    public void Dispose() => _authority.Dispose();

    private Task<GatewayAlone> StartAsync(IssuedCertificate certificate) => GatewayAlone.StartAsync(
        settings: new()
        {
            ["Urls"] = _address.ToString(),
            ["Kestrel:Certificates:Default:Path"] = certificate.CertificateFile,
            ["Kestrel:Certificates:Default:KeyPath"] = certificate.KeyFile,
        },
        configure: services => services.AddSingleton<TimeProvider>(_clock));

    private void LookAgain() => _clock.Advance(TimeSpan.FromSeconds(1));

    private async Task<string> SerialNumberAsync() => (await HandshakeAsync(SslProtocols.None)).SerialNumber;

    private async Task<(SslProtocols Version, string SerialNumber)> HandshakeAsync(SslProtocols version)
    {
        using var tcp = new TcpClient();
        await tcp.ConnectAsync(_address.Host, _address.Port, Cancelled);
        await using var tls = new SslStream(tcp.GetStream());
        await tls.AuthenticateAsClientAsync(
            new SslClientAuthenticationOptions
            {
                TargetHost = "localhost",
                EnabledSslProtocols = version,
                CertificateChainPolicy = new X509ChainPolicy
                {
                    TrustMode = X509ChainTrustMode.CustomRootTrust,
                    CustomTrustStore = { _authority.Certificate },
                    RevocationMode = X509RevocationMode.NoCheck,
                },
            },
            Cancelled);
        return (tls.SslProtocol, tls.RemoteCertificate?.GetSerialNumberString() ?? "");
    }
}
