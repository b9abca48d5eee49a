extern alias UsersService;
using System.Security.Cryptography;
using GoCart.Operator;
using GoCart.Operator.Keys;
using GoCart.Tests.Infrastructure;
using Microsoft.Extensions.FileProviders;
using Microsoft.IdentityModel.Tokens;
using UsersService::GoCart.Users.Sessions;

namespace GoCart.Tests.Users;

public sealed class PrivateKeysTests(LocalServers servers)
{
    private static readonly IHostEnvironment Development = new TestEnvironment("Development");
    private static readonly IHostEnvironment Production = new TestEnvironment("Production");

    private static DateTimeOffset Now { get; } = new(2026, 1, 15, 9, 0, 0, TimeSpan.Zero);

    [Fact]
    public async Task A_key_takes_over_at_its_time_and_the_one_before_is_published_until_its_last_token_has_expired()
    {
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var path = FileWith(first.ExportPkcs8PrivateKeyPem());
        var clock = new SetClock { Now = Now };

        var signsFrom = await RotateKeys.ExecuteAsync(path, TimeSpan.FromMinutes(5), clock, TestContext.Current.CancellationToken);
        var keys = PrivateKeys.Load(path, Production).Keys;

        Assert.Equal(Now.AddMinutes(5), signsFrom);
        Assert.Equal(2, keys.PublishedAt(Now).Keys.Count);
        Assert.Equal(KeyIdOf(first), keys.SigningAt(signsFrom.AddSeconds(-1)).Key.KeyId);
        Assert.NotEqual(KeyIdOf(first), keys.SigningAt(signsFrom).Key.KeyId);
        Assert.Equal(2, keys.PublishedAt(signsFrom.AddHours(2)).Keys.Count);
        Assert.Equal(keys.SigningAt(signsFrom).Key.KeyId, Assert.Single(keys.PublishedAt(signsFrom.AddHours(2).AddSeconds(1)).Keys).Kid);
    }

    [Fact]
    public async Task Keys_change_again_only_when_the_last_change_is_over()
    {
        var path = Path.Combine(servers.Folder, $"{Guid.NewGuid():N}.pem");
        PrivateKeys.Load(path, Development);
        var clock = new SetClock { Now = Now };
        await RotateKeys.ExecuteAsync(path, TimeSpan.FromMinutes(5), clock, TestContext.Current.CancellationToken);
        var before = await File.ReadAllTextAsync(path);

        clock.Now = Now.AddHours(2);
        await Assert.ThrowsAsync<OperatorException>(
            () => RotateKeys.ExecuteAsync(path, TimeSpan.FromMinutes(5), clock, TestContext.Current.CancellationToken));
        Assert.Equal(before, await File.ReadAllTextAsync(path));

        clock.Now = Now.AddHours(3);
        var second = PrivateKeys.Load(path, Development).Keys.SigningAt(clock.Now).Key.KeyId;
        await RotateKeys.ExecuteAsync(path, TimeSpan.FromMinutes(5), clock, TestContext.Current.CancellationToken);

        var keys = PrivateKeys.Load(path, Development).Keys;
        Assert.Equal(second, keys.SigningAt(clock.Now).Key.KeyId);
        Assert.Equal(2, keys.PublishedAt(clock.Now).Keys.Count);
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
        // A store that began in development does not become one for production by changing its keys.
        Assert.Throws<InvalidOperationException>(() => PrivateKeys.Load(path, Production));
    }

    [Fact]
    public void Of_two_keys_the_first_signs_and_both_are_published()
    {
        using var first = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var second = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var path = FileWith($"the new one\n{first.ExportPkcs8PrivateKeyPem()}\nthe old one\n{second.ExportECPrivateKeyPem()}\n");

        var keys = PrivateKeys.Load(path, Production).Keys;

        Assert.Equal(KeyIdOf(first), keys.SigningAt(Now).Key.KeyId);
        Assert.Equal([KeyIdOf(first), KeyIdOf(second)], keys.PublishedAt(Now).Keys.Select(key => key.Kid));
    }

    [Fact]
    public void What_openssl_makes_is_read()
    {
        // openssl ecparam -name prime256v1 -genkey puts the curve's name into a block of its own.
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        const string parameters = "-----BEGIN EC PARAMETERS-----\nBggqhkjOPQMBBw==\n-----END EC PARAMETERS-----\n";
        var path = FileWith(parameters + key.ExportECPrivateKeyPem());

        Assert.Single(PrivateKeys.Load(path, Production).Keys.PublishedAt(Now).Keys);
    }

    [Fact]
    public void A_key_id_is_the_thumbprint_of_RFC_7638()
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = key.ExportParameters(includePrivateParameters: false).Q;

        var keys = PrivateKeys.Load(FileWith(key.ExportPkcs8PrivateKeyPem()), Production);

        var canonical = $$"""{"crv":"P-256","kty":"EC","x":"{{Base64UrlEncoder.Encode(point.X)}}","y":"{{Base64UrlEncoder.Encode(point.Y)}}"}""";
        var thumbprint = SHA256.HashData(System.Text.Encoding.UTF8.GetBytes(canonical));
        Assert.Equal(Base64UrlEncoder.Encode(thumbprint), keys.Keys.SigningAt(Now).Key.KeyId);
    }

    public static TheoryData<string> BadFiles()
    {
        using var p256 = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        using var p384 = ECDsa.Create(ECCurve.NamedCurves.nistP384);
        using var rsa = RSA.Create(2048);
        var good = p256.ExportPkcs8PrivateKeyPem() + "\n";
        return
        [
            "",
            "not PEM",
            "-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----",
            p256.ExportSubjectPublicKeyInfoPem(),
            p384.ExportPkcs8PrivateKeyPem(),
            rsa.ExportPkcs8PrivateKeyPem(),
            p256.ExportEncryptedPkcs8PrivateKeyPem("password", new(PbeEncryptionAlgorithm.Aes256Cbc, HashAlgorithmName.SHA256, 1000)),
            good + p256.ExportSubjectPublicKeyInfoPem(),
            good + good + good,
        ];
    }

    [Theory]
    [MemberData(nameof(BadFiles))]
    public void A_file_with_anything_but_one_or_two_private_keys_on_P256_is_refused(string content)
    {
        var path = FileWith(content);

        var refusal = Assert.Throws<InvalidOperationException>(() => PrivateKeys.Load(path, Production));

        Assert.Contains("must hold", refusal.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void In_development_copies_that_start_at_once_share_one_key_that_only_the_owner_reads()
    {
        var path = Path.Combine(servers.Folder, $"{Guid.NewGuid():N}", "keys", "signing.pem");

        var loaded = new PrivateKeys[16];
        Parallel.For(0, loaded.Length, copy => loaded[copy] = PrivateKeys.Load(path, Development).Keys);

        Assert.Single(loaded.Select(keys => keys.SigningAt(Now).Key.KeyId).Distinct());
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(path));
    }

    [Fact]
    public void Production_refuses_a_key_that_development_made()
    {
        var path = Path.Combine(servers.Folder, $"{Guid.NewGuid():N}.pem");
        PrivateKeys.Load(path, Development);

        var refusal = Assert.Throws<InvalidOperationException>(() => PrivateKeys.Load(path, Production));

        Assert.Contains("made for development", refusal.Message, StringComparison.Ordinal);
    }

    private string FileWith(string content)
    {
        var path = Path.Combine(servers.Folder, $"{Guid.NewGuid():N}.pem");
        File.WriteAllText(path, content);
        return path;
    }

    private static string KeyIdOf(ECDsa key) =>
        Base64UrlEncoder.Encode(new ECDsaSecurityKey(key).ComputeJwkThumbprint());

    private sealed class TestEnvironment(string name) : IHostEnvironment
    {
        public string EnvironmentName { get; set; } = name;

        public string ApplicationName { get; set; } = "users";

        public string ContentRootPath { get; set; } = "/";

        public IFileProvider ContentRootFileProvider { get; set; } = new NullFileProvider();
    }

    private sealed class SetClock : TimeProvider
    {
        public DateTimeOffset Now { get; set; }

        public override DateTimeOffset GetUtcNow() => Now;
    }
}
