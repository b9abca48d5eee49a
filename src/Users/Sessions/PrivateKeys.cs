using System.Security.Cryptography;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.Users.Sessions;

/// <summary>The keys that sign access tokens. The first signs; a second is published too, so that keys can be changed:</summary>
/// <remarks>
/// 1. add the new key behind the old one and restart: everybody learns it; 2. swap the two and restart: the new one signs;
/// 3. remove the old one when the last token it signed has expired.
/// </remarks>
internal sealed class PrivateKeys
{
    private const int MaxKeys = 2;
    private const string P256 = "1.2.840.10045.3.1.7";

    private PrivateKeys(ECDsaSecurityKey[] keys)
    {
        Signing = new SigningCredentials(keys[0], SecurityAlgorithms.EcdsaSha256);
        foreach (var key in keys)
            Public.Keys.Add(PublicKeyOf(key));
    }

    public SigningCredentials Signing { get; }

    /// <summary>What <c>/.well-known/jwks.json</c> shows, RFC 7517.</summary>
    public JsonWebKeySet Public { get; } = new();

    /// <exception cref="InvalidOperationException">The file is missing or holds anything else; the message says what to do.</exception>
    public static PrivateKeys Load(string path, IHostEnvironment environment)
    {
        if (environment.IsDevelopment())
            DevelopmentKey.CreateIfMissing(path);

        if (!File.Exists(path))
            throw new InvalidOperationException(
                $"Auth:SigningKeyFile names {path}, which does not exist. Make a key with: "
                + "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE");

        var pem = File.ReadAllText(path);
        if (DevelopmentKey.IsIn(pem) && !environment.IsDevelopment())
            throw new InvalidOperationException(
                $"{path} holds a key that was made for development; Auth:SigningKeyFile needs one of its own in production.");

        return Parse(pem) is { Length: >= 1 and <= MaxKeys } keys
            ? new PrivateKeys(keys)
            : throw new InvalidOperationException($"{path} must hold one or two private keys in PEM.");
    }

    private static ECDsaSecurityKey[] Parse(string pem)
    {
        var keys = new List<ECDsaSecurityKey>();
        var rest = pem.AsSpan();
        while (PemEncoding.TryFind(rest, out var fields))
        {
            // openssl ecparam writes the curve's name in a block of its own.
            if (rest[fields.Label] is not "EC PARAMETERS")
                keys.Add(Import(rest[fields.Location]));
            rest = rest[fields.Location.End..];
        }
        return [.. keys];
    }

    private static ECDsaSecurityKey Import(ReadOnlySpan<char> block)
    {
        var key = ECDsa.Create();
        try
        {
            key.ImportFromPem(block);
            if (key.ExportParameters(includePrivateParameters: true) is { D: not null, Curve.Oid.Value: P256 })
            {
                var security = new ECDsaSecurityKey(key);
                security.KeyId = Base64UrlEncoder.Encode(security.ComputeJwkThumbprint()); // RFC 7638: the same in every copy
                return security;
            }
        }
        catch (Exception e) when (e is CryptographicException or ArgumentException)
        {
            // Said below, in words that name the setting and not the library's.
        }
        key.Dispose();
        throw new InvalidOperationException("Auth:SigningKeyFile must hold private keys on the curve P-256, not encrypted, and nothing else.");
    }

    private static JsonWebKey PublicKeyOf(ECDsaSecurityKey key)
    {
        var point = key.ECDsa.ExportParameters(includePrivateParameters: false).Q;
        return new JsonWebKey
        {
            Kty = JsonWebAlgorithmsKeyTypes.EllipticCurve,
            Crv = JsonWebKeyECTypes.P256,
            X = Base64UrlEncoder.Encode(point.X),
            Y = Base64UrlEncoder.Encode(point.Y),
            Kid = key.KeyId,
            Use = JsonWebKeyUseNames.Sig,
            Alg = SecurityAlgorithms.EcdsaSha256,
        };
    }
}
