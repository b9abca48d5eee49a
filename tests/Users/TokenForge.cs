using System.Buffers.Text;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;

namespace GoCart.Tests.Users;

/// <summary>Makes access tokens by hand, letter by letter: good ones with the real key, and everything an attacker would try.</summary>
internal sealed class TokenForge(ECDsa key, string keyId, DateTimeOffset now, Guid userId)
{
    public JsonObject Header { get; } = new() { ["alg"] = "ES256", ["typ"] = "at+jwt", ["kid"] = keyId };

    public JsonObject Claims { get; } = new()
    {
        ["iss"] = "gocart",
        ["aud"] = "gocart-api",
        ["sub"] = userId.ToString(),
        ["role"] = "customer",
        ["sid"] = Guid.NewGuid().ToString(),
        ["jti"] = Guid.NewGuid().ToString(),
        ["iat"] = now.ToUnixTimeSeconds(),
        ["nbf"] = now.ToUnixTimeSeconds(),
        ["exp"] = now.AddMinutes(10).ToUnixTimeSeconds(),
    };

    public static string Encode(string text) => Base64Url.EncodeToString(Encoding.UTF8.GetBytes(text));

    /// <summary>Signed with the key, whatever the header says.</summary>
    public string Sign() => Sign(Header.ToJsonString(), Claims.ToJsonString());

    public string Sign(string header, string claims) => Sign(header, claims, input => key.SignData(input, HashAlgorithmName.SHA256));

    public string Sign(Func<byte[], byte[]> sign) => Sign(Header.ToJsonString(), Claims.ToJsonString(), sign);

    private static string Sign(string header, string claims, Func<byte[], byte[]> sign)
    {
        var input = $"{Encode(header)}.{Encode(claims)}";
        return $"{input}.{Base64Url.EncodeToString(sign(Encoding.ASCII.GetBytes(input)))}";
    }
}
