using System.Net;
using System.Security.Cryptography;
using System.Text.Json.Nodes;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Users;

/// <summary>What an attacker would send, to users and to a service that has its keys from users.</summary>
public sealed class ForgedTokenTests(UsersFixture users) : IClassFixture<UsersFixture>, IAsyncLifetime
{
    private ServiceWithOneRoute? _other;
    private SignedIn? _customer;
    private ECDsa? _key;
    private string _keyId = "";

    /// <summary>Each with what has to be said about it; the header, the claims or the signature is not as it should be.</summary>
    private static readonly Dictionary<string, Func<TokenForge, ECDsa, string>> Forgeries = new()
    {
        ["alg none"] = (forge, _) => Unsigned(forge, "none"),
        ["alg None"] = (forge, _) => Unsigned(forge, "None"),
        ["alg NONE"] = (forge, _) => Unsigned(forge, "NONE"),
        ["alg nOnE"] = (forge, _) => Unsigned(forge, "nOnE"),
        ["alg empty"] = (forge, _) => Unsigned(forge, ""),
        ["no alg"] = (forge, _) => With(forge, forge.Header, "alg", null).Sign(),
        ["alg none, signed"] = (forge, _) => With(forge, forge.Header, "alg", "none").Sign(),
        ["ES256 without a signature"] = (forge, _) => forge.Sign(_ => []),
        ["HS256 keyed with the public key's PEM"] = (forge, key) => Hmac(forge, System.Text.Encoding.UTF8.GetBytes(key.ExportSubjectPublicKeyInfoPem())),
        ["HS256 keyed with the public key's bytes"] = (forge, key) => Hmac(forge, key.ExportSubjectPublicKeyInfo()),
        ["HS256 keyed with nothing"] = (forge, _) => Hmac(forge, []),
        ["another key under our kid"] = (forge, _) => forge.Sign(SignWithAnotherKey),
        ["ES384 under our kid"] = (forge, _) => With(forge, forge.Header, "alg", "ES384").Sign(),
        ["unknown kid"] = (forge, _) => With(forge, forge.Header, "kid", "unknown").Sign(),
        ["a path as kid"] = (forge, _) => With(forge, forge.Header, "kid", "../../dev/null").Sign(),
        ["no kid"] = (forge, _) => With(forge, forge.Header, "kid", null).Sign(),
        ["empty kid"] = (forge, _) => With(forge, forge.Header, "kid", "").Sign(),
        ["number as kid"] = (forge, _) => With(forge, forge.Header, "kid", 1).Sign(),
        ["its own key in the header"] = (forge, _) => WithOwnKey(forge, keepKid: false),
        ["its own key in the header under our kid"] = (forge, _) => WithOwnKey(forge, keepKid: true),
        ["typ JWT"] = (forge, _) => With(forge, forge.Header, "typ", "JWT").Sign(),
        ["typ of a refresh token"] = (forge, _) => With(forge, forge.Header, "typ", "refresh+jwt").Sign(),
        ["no typ"] = (forge, _) => With(forge, forge.Header, "typ", null).Sign(),
        ["unknown crit"] = (forge, _) => With(forge, forge.Header, "crit", new JsonArray("exp2")).Sign(),
        ["empty crit"] = (forge, _) => With(forge, forge.Header, "crit", new JsonArray()).Sign(),
        ["expired 4 minutes ago"] = (forge, _) => Moved(forge, "exp", -14),
        ["not valid for 4 minutes"] = (forge, _) => Moved(forge, "nbf", +4),
        ["valid for an hour too long"] = (forge, _) => Moved(forge, "exp", +61),
        ["no exp"] = (forge, _) => With(forge, forge.Claims, "exp", null).Sign(),
        ["no nbf"] = (forge, _) => With(forge, forge.Claims, "nbf", null).Sign(),
        ["nbf as text"] = (forge, _) => With(forge, forge.Claims, "nbf", "yesterday").Sign(),
        ["no iat"] = (forge, _) => With(forge, forge.Claims, "iat", null).Sign(),
        ["issued in 4 minutes"] = (forge, _) => Moved(forge, "iat", +4),
        ["iat as text"] = (forge, _) => With(forge, forge.Claims, "iat", "now").Sign(),
        ["iat negative"] = (forge, _) => With(forge, forge.Claims, "iat", -1).Sign(),
        ["iat beyond all time"] = (forge, _) => With(forge, forge.Claims, "iat", 1e300).Sign(),
        ["iat twice"] = (forge, _) => forge.Sign(forge.Header.ToJsonString(), Twice(forge.Claims, "iat", "0")),
        ["no jti"] = (forge, _) => With(forge, forge.Claims, "jti", null).Sign(),
        ["jti empty"] = (forge, _) => With(forge, forge.Claims, "jti", "").Sign(),
        ["jti is no id"] = (forge, _) => With(forge, forge.Claims, "jti", "1' or '1'='1").Sign(),
        ["jti as number"] = (forge, _) => With(forge, forge.Claims, "jti", 1).Sign(),
        ["jti twice"] = (forge, _) => forge.Sign(forge.Header.ToJsonString(), Twice(forge.Claims, "jti", $"{Guid.NewGuid()}")),
        ["exp as text"] = (forge, _) => With(forge, forge.Claims, "exp", "tomorrow").Sign(),
        ["wrong iss"] = (forge, _) => With(forge, forge.Claims, "iss", "gocart.evil.example").Sign(),
        ["no iss"] = (forge, _) => With(forge, forge.Claims, "iss", null).Sign(),
        ["wrong aud"] = (forge, _) => With(forge, forge.Claims, "aud", "another-api").Sign(),
        ["no aud"] = (forge, _) => With(forge, forge.Claims, "aud", null).Sign(),
        ["no sub"] = (forge, _) => With(forge, forge.Claims, "sub", null).Sign(),
        ["sub is no id"] = (forge, _) => With(forge, forge.Claims, "sub", "admin").Sign(),
        ["no sid"] = (forge, _) => With(forge, forge.Claims, "sid", null).Sign(),
        ["sub as number"] = (forge, _) => With(forge, forge.Claims, "sub", 1).Sign(),
        ["sub in a list"] = (forge, _) => With(forge, forge.Claims, "sub", new JsonArray($"{Guid.NewGuid()}")).Sign(),
        ["sub in braces"] = (forge, _) => With(forge, forge.Claims, "sub", $"{Guid.NewGuid():B}").Sign(),
        ["sid is no id"] = (forge, _) => With(forge, forge.Claims, "sid", "1").Sign(),
        ["sid as number"] = (forge, _) => With(forge, forge.Claims, "sid", 1).Sign(),
        ["iss in capitals"] = (forge, _) => With(forge, forge.Claims, "iss", "GoCart").Sign(),
        ["iss in a list"] = (forge, _) => With(forge, forge.Claims, "iss", new JsonArray("gocart")).Sign(),
        ["iss empty"] = (forge, _) => With(forge, forge.Claims, "iss", "").Sign(),
        ["aud empty"] = (forge, _) => With(forge, forge.Claims, "aud", "").Sign(),
        ["aud an empty list"] = (forge, _) => With(forge, forge.Claims, "aud", new JsonArray()).Sign(),
        ["aud that begins like ours"] = (forge, _) => With(forge, forge.Claims, "aud", "gocart-api-2").Sign(),
        ["exp 0"] = (forge, _) => With(forge, forge.Claims, "exp", 0).Sign(),
        ["exp negative"] = (forge, _) => With(forge, forge.Claims, "exp", -1).Sign(),
        ["exp null"] = (forge, _) => forge.Sign(forge.Header.ToJsonString(), Null(forge.Claims, "exp")),
        ["exp in a list"] = (forge, _) => With(forge, forge.Claims, "exp", new JsonArray(9_999_999_999)).Sign(),
        ["role in capitals"] = (forge, _) => With(forge, forge.Claims, "role", "Admin").Sign(),
        ["role empty"] = (forge, _) => With(forge, forge.Claims, "role", "").Sign(),
        ["role null"] = (forge, _) => forge.Sign(forge.Header.ToJsonString(), Null(forge.Claims, "role")),
        ["role as number"] = (forge, _) => With(forge, forge.Claims, "role", 1).Sign(),
        ["role with a space"] = (forge, _) => With(forge, forge.Claims, "role", "admin ").Sign(),
        ["exp twice"] = (forge, _) => forge.Sign(forge.Header.ToJsonString(), Twice(forge.Claims, "exp", "9999999999")),
        ["sub twice"] = (forge, _) => forge.Sign(forge.Header.ToJsonString(), Twice(forge.Claims, "sub", $"{Guid.NewGuid()}")),
        ["sid twice"] = (forge, _) => forge.Sign(forge.Header.ToJsonString(), Twice(forge.Claims, "sid", $"{Guid.NewGuid()}")),
        ["no role"] = (forge, _) => With(forge, forge.Claims, "role", null).Sign(),
        ["unknown role"] = (forge, _) => With(forge, forge.Claims, "role", "root").Sign(),
        ["two roles in a list"] = (forge, _) => With(forge, forge.Claims, "role", new JsonArray("customer", "admin")).Sign(),
        ["role twice"] = (forge, _) => forge.Sign(forge.Header.ToJsonString(), Twice(forge.Claims, "role", "admin")),
        ["alg twice"] = (forge, _) => forge.Sign(Twice(forge.Header, "alg", "none"), forge.Claims.ToJsonString()),
        ["all-zero signature"] = (forge, _) => forge.Sign(_ => new byte[64]),
        ["a signature in DER"] = (forge, key) => forge.Sign(
            input => key.SignData(input, HashAlgorithmName.SHA256, DSASignatureFormat.Rfc3279DerSequence)),
        ["claims changed after signing"] = (forge, _) => Promoted(forge),
        ["five parts, as if encrypted"] = (forge, _) => $"{forge.Sign()}.AAAA.AAAA",
        ["two parts"] = (forge, _) => forge.Sign()[..forge.Sign().LastIndexOf('.')],
        ["not base64"] = (_, _) => "a b.c d.e f",
        ["not JSON"] = (_, _) => $"{TokenForge.Encode("[")}.{TokenForge.Encode("]")}.AAAA",
        ["empty"] = (_, _) => "",
        ["8 KB long"] = (forge, _) => With(forge, forge.Claims, "padding", new string('x', 8192)).Sign(),
    };

    public static TheoryData<string> Names => [.. Forgeries.Keys];

    // All of it is set before every test. The clock of users stands still, a little behind the other service's.
    private TokenForge Forge => new(_key!, _keyId, users.Clock.GetUtcNow(), _customer!.User.Id);

    public async ValueTask InitializeAsync()
    {
        using var client = users.CreateClient();
        _customer = await client.SignInNewCustomerAsync();
        _keyId = JsonNode.Parse(Convert.FromBase64String(Padded(_customer.AccessToken.Split('.')[0])))!["kid"]!.GetValue<string>();
        _key = ECDsa.Create();
        _key.ImportFromPem(await File.ReadAllTextAsync(users.SigningKeyFile, TestContext.Current.CancellationToken));
        _other = await (await ServiceWithOneRoute.StartAsync(users.Service.Address)).WhenReadyAsync();
    }

    [Fact]
    public async Task A_token_made_by_hand_as_users_makes_them_is_accepted()
    {
        await AssertAnswersAsync(HttpStatusCode.OK, $"Bearer {Forge.Sign()}");
        await AssertAnswersAsync(HttpStatusCode.OK, $"bearer {_customer!.AccessToken}");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public async Task A_forged_token_is_refused(string name) =>
        await AssertAnswersAsync(HttpStatusCode.Unauthorized, $"Bearer {Forgeries[name](Forge, _key!)}");

    [Fact]
    public async Task A_forged_token_does_not_shut_out_the_good_one()
    {
        await AssertAnswersAsync(HttpStatusCode.Unauthorized, $"Bearer {Forge.Sign(_ => new byte[64])}");
        await AssertAnswersAsync(HttpStatusCode.OK, $"Bearer {_customer!.AccessToken}");
    }

    [Fact]
    public async Task Anything_but_one_bearer_token_is_refused()
    {
        var good = $"Bearer {_customer!.AccessToken}";

        await AssertAnswersAsync(HttpStatusCode.Unauthorized);
        await AssertAnswersAsync(HttpStatusCode.Unauthorized, good, good);
        await AssertAnswersAsync(HttpStatusCode.Unauthorized, good, "Basic YWRtaW46YWRtaW4xMjM=");
        await AssertAnswersAsync(HttpStatusCode.Unauthorized, "Basic YWRtaW46YWRtaW4xMjM=");
        await AssertAnswersAsync(HttpStatusCode.Unauthorized, _customer.AccessToken);
        await AssertAnswersAsync(HttpStatusCode.Unauthorized, $"{good}, {good}");
    }

    [Fact]
    public async Task A_customer_is_no_administrator()
    {
        using var http = new HttpClient { BaseAddress = _other!.Address };
        using var client = users.CreateClient();
        using var login = await client.LogInAsync("admin@example.com", "admin123");
        var admin = await login.ReadAsync<GoCart.Contracts.Users.LoginResponse>();

        using var refused = await SendAsync(http, "/admin", $"Bearer {_customer!.AccessToken}");
        using var accepted = await SendAsync(http, "/admin", $"Bearer {admin.Token}");

        await refused.AssertProblemAsync(HttpStatusCode.Forbidden, "forbidden");
        Assert.Equal(HttpStatusCode.OK, accepted.StatusCode);
    }

    public async ValueTask DisposeAsync()
    {
        _key?.Dispose();
        if (_other is not null)
            await _other.DisposeAsync();
    }

    private async Task AssertAnswersAsync(HttpStatusCode expected, params string[] authorization)
    {
        using var client = users.CreateClient();
        using var other = new HttpClient { BaseAddress = _other!.Address };
        foreach (var (http, path) in ((HttpClient, string)[])[(client.Http, "/api/me"), (other, "/me")])
        {
            using var response = await SendAsync(http, path, authorization);
            Assert.Equal(expected, response.StatusCode);
            if (expected != HttpStatusCode.Unauthorized)
                continue;
            await response.AssertProblemAsync(expected, "unauthenticated");
            Assert.NotEmpty(response.Headers.WwwAuthenticate);
        }
    }

    private static async Task<HttpResponseMessage> SendAsync(HttpClient http, string path, params string[] authorization)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, path);
        foreach (var value in authorization)
            request.Headers.TryAddWithoutValidation("Authorization", value);
        return await http.SendAsync(request);
    }

    private static TokenForge With(TokenForge forge, JsonObject part, string name, JsonNode? value)
    {
        part.Remove(name);
        if (value is not null)
            part[name] = value;
        return forge;
    }

    private static string Unsigned(TokenForge forge, string algorithm) =>
        With(forge, forge.Header, "alg", algorithm).Sign(_ => []);

    private static string Hmac(TokenForge forge, byte[] key) =>
        With(forge, forge.Header, "alg", "HS256").Sign(input => HMACSHA256.HashData(key, input));

    private static string Moved(TokenForge forge, string claim, int minutes) =>
        With(forge, forge.Claims, claim, forge.Claims[claim]!.GetValue<long>() + minutes * 60).Sign();

    private static string Null(JsonObject claims, string name)
    {
        claims[name] = null;
        return claims.ToJsonString();
    }

    private static string Twice(JsonObject part, string name, string second) =>
        part.ToJsonString()[..^1] + $",\"{name}\":\"{second}\"}}";

    private static byte[] SignWithAnotherKey(byte[] input)
    {
        using var another = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        return another.SignData(input, HashAlgorithmName.SHA256);
    }

    private static string WithOwnKey(TokenForge forge, bool keepKid)
    {
        using var own = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var point = own.ExportParameters(includePrivateParameters: false).Q;
        forge.Header["jwk"] = new JsonObject
        {
            ["kty"] = "EC",
            ["crv"] = "P-256",
            ["x"] = System.Buffers.Text.Base64Url.EncodeToString(point.X),
            ["y"] = System.Buffers.Text.Base64Url.EncodeToString(point.Y),
        };
        forge.Header["jku"] = "http://127.0.0.1:1/keys.json";
        forge.Header["x5u"] = "http://127.0.0.1:1/key.pem";
        if (!keepKid)
            forge.Header.Remove("kid");
        return forge.Sign(input => own.SignData(input, HashAlgorithmName.SHA256));
    }

    private static string Promoted(TokenForge forge)
    {
        var parts = forge.Sign().Split('.');
        forge.Claims["role"] = "admin";
        return $"{parts[0]}.{TokenForge.Encode(forge.Claims.ToJsonString())}.{parts[2]}";
    }

    private static string Padded(string base64Url) =>
        base64Url.Replace('-', '+').Replace('_', '/').PadRight((base64Url.Length + 3) / 4 * 4, '=');
}
