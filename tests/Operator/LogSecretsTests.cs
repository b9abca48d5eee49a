using System.Buffers.Text;
using System.IO.Compression;
using System.Security.Cryptography;
using System.Text;
using GoCart.Operator.Audit;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Operator;

/// <summary>I16: a secret in one line of one log is found, and not repeated.</summary>
public sealed class LogSecretsTests(OperatedStore store) : IClassFixture<OperatedStore>, IDisposable
{
    private readonly DirectoryInfo _logs = Directory.CreateTempSubdirectory("gocart-logs-");

    [Theory]
    [InlineData("Authorization: Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIwMTk4In0.c2lnbmF0dXJlLXNpZ25hdHVyZQ", "an access token")]
    [InlineData("Authorization: Basic b3BlcmF0b3I6c2VjcmV0", "the value of an Authorization header")]
    [InlineData("-----BEGIN EC PRIVATE KEY-----", "a private key")]
    [InlineData("hash $argon2id$v=19$m=19456,t=2,p=1$c2FsdA$aGFzaA", "a password hash")]
    [InlineData("Set-Cookie: refresh_token=abcdefghijklmnop; Path=/api", "the value of a cookie")]
    [InlineData("connecting to amqp://orders:hunter22@127.0.0.1:5672/", "an address with a password")]
    [InlineData("Host=127.0.0.1;Username=orders;Password=correct-horse", "a password")]
    [InlineData("{\"Message\":\"body was {\\\"email\\\":1,\\\"password\\\":\\\"correct horse\\\"}\"}", "a password")]
    [InlineData("{\"Message\":\"body was {\\u0022password\\u0022: \\u0022correct-horse\\u0022}\"}", "a password")]
    [InlineData("Key (email)=(ann.lee+shop@mail.example.com) already exists.", "an e-mail")]
    public async Task A_secret_is_named_by_file_and_line(string line, string secret)
    {
        Write("orders.log", "Now listening on http://127.0.0.1:8084", line);

        var violation = Assert.Single(await AuditAsync());

        Assert.Equal(new("I16", "log", "orders.log:2", $"{secret} stands in it"), violation);
    }

    [Theory]
    [InlineData("2026-01-02 12:00:00.000 UTC [17] postgres@orders LOG:  connection authorized")]
    [InlineData("node gocart@localhost started, cookie hash: 6kZ2AbXw9zGkqR8t1yQ3Pw==")]
    [InlineData("WWW-Authenticate: Bearer error=\"invalid_token\"")]
    [InlineData("The password must have 8 to 128 characters. amqp://orders@127.0.0.1:5672/ token)")]
    [InlineData("traceparent 00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01 abcdefghijklmnopqrstuvwxyzabcdefghijklmnopq")]
    public async Task What_is_no_secret_is_passed_over(string line)
    {
        Write("rabbitmq.log", line);

        Assert.Empty(await AuditAsync());
    }

    [Fact]
    public async Task The_passwords_of_the_operators_own_settings_are_known_by_heart()
    {
        var password = new NpgsqlConnectionStringBuilder(store.OperatorSettings.Database("orders")).Password;
        Write("orders.log", $"connecting as {password}");

        Assert.Equal("a password of the operator's settings stands in it", Assert.Single(await AuditAsync()).Detail);
    }

    [Fact]
    public async Task A_refresh_token_is_known_by_the_database()
    {
        await store.Clients.CustomerAsync();
        var secret = RandomNumberGenerator.GetBytes(32);
        await StoreFixture.ScalarAsync<int>(
            store.Databases.Users,
            $"""
            insert into refresh_tokens (token_hash, session_id, issued_at, expires_at, retired_at)
            select '\x{Convert.ToHexString(SHA256.HashData(secret))}', id, now(), now(), now() from sessions limit 1
            """);
        Write("users.log", "fine", $"replaced {Base64Url.EncodeToString(secret)} by another");

        Assert.Equal(new("I16", "log", "users.log:2", "a refresh token stands in it"), Assert.Single(await AuditAsync()));
    }

    [Fact]
    public async Task A_compressed_log_is_read_too()
    {
        await using (var file = File.Create(Path.Combine(_logs.FullName, "gateway.log.1.gz")))
        await using (var compressed = new GZipStream(file, CompressionMode.Compress))
            await compressed.WriteAsync(Encoding.UTF8.GetBytes("one\ntwo\nmail to ann@example.com\n"));

        Assert.Equal("gateway.log.1.gz:3", Assert.Single(await AuditAsync()).Row);
    }

    [Fact]
    public async Task The_command_reads_the_logs_it_is_told_of()
    {
        Write("gateway.log", "ann@example.com");

        var result = await store.RunAsync($"audit --logs {_logs.FullName}");
        var nowhere = await store.RunAsync("audit --logs /nowhere");

        Assert.Equal((1, 1), (result.ExitCode, nowhere.ExitCode));
        Assert.Contains("gateway.log:1", result.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("ann@", result.Out + result.Error, StringComparison.Ordinal);
        Assert.Contains("The logs cannot be read", nowhere.Error, StringComparison.Ordinal);
    }

    public void Dispose() => _logs.Delete(recursive: true);

    private void Write(string name, params string[] lines) => File.WriteAllLines(Path.Combine(_logs.FullName, name), lines);

    private async Task<IReadOnlyList<Violation>> AuditAsync() =>
        (await store.AuditAsync(new AuditOptions { Logs = _logs.FullName })).Violations;
}
