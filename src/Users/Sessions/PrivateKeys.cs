using System.Security.Cryptography;
using GoCart.BuildingBlocks.Auth;
using Microsoft.IdentityModel.Tokens;

namespace GoCart.Users.Sessions;

/// <summary>The keys that sign access tokens: one does now, another may take over at its time, or may just have been replaced.</summary>
internal sealed class PrivateKeys
{
    private const int MaxKeys = 2;
    private const string P256 = "1.2.840.10045.3.1.7";

    private readonly TimedKey[] _keys;

    private PrivateKeys(TimedKey[] keys) => _keys = keys;

    /// <summary>The key that took over last.</summary>
    public SigningCredentials SigningAt(DateTimeOffset now) => new(SigningKeyAt(now).Key, SecurityAlgorithms.EcdsaSha256);

    /// <summary>What <c>/.well-known/jwks.json</c> shows, RFC 7517: also a key that will sign, and one whose tokens may still live.</summary>
    public JsonWebKeySet PublishedAt(DateTimeOffset now)
    {
        var signing = SigningKeyAt(now);
        var set = new JsonWebKeySet();
        foreach (var key in _keys)
        {
            var isReplaced = key.SignsFrom < signing.SignsFrom && now - signing.SignsFrom > SigningKeyFile.Overlap;
            if (!isReplaced)
                set.Keys.Add(PublicKeyOf(key.Key));
        }
        return set;
    }

    /// <exception cref="InvalidOperationException">The file is missing or holds anything else; the message says what to do.</exception>
    public static (PrivateKeys Keys, string Text) Load(string path, IHostEnvironment environment)
    {
        if (environment.IsDevelopment())
            DevelopmentKey.CreateIfMissing(path);

        if (!File.Exists(path))
            throw new InvalidOperationException(
                $"Auth:SigningKeyFile names {path}, which does not exist. Make a key with: "
                + "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256 -out FILE");

        var text = File.ReadAllText(path);
        return (Parse(text, path, environment), text);
    }

    /// <exception cref="InvalidOperationException">The text holds anything but one or two keys; the message says what to do.</exception>
    public static PrivateKeys Parse(string pem, string path, IHostEnvironment environment)
    {
        if (DevelopmentKey.IsIn(pem) && !environment.IsDevelopment())
            throw new InvalidOperationException(
                $"{path} holds a key that was made for development; Auth:SigningKeyFile needs one of its own in production.");

        var keys = new List<TimedKey>();
        foreach (var part in SigningKeyFile.Read(pem))
        {
            // The first signs from the beginning; a second one without a time never does, and is only published.
            var signsFrom = part.SignsFrom ?? (keys.Count == 0 ? DateTimeOffset.MinValue : DateTimeOffset.MaxValue);
            keys.AddRange(ImportAll(part.Text).Select(key => new TimedKey(key, signsFrom)));
        }
        return keys.Count is >= 1 and <= MaxKeys
            ? new PrivateKeys([.. keys])
            : throw new InvalidOperationException($"{path} must hold one or two private keys in PEM.");
    }

    // Before the time of all of them the first signs: somebody must.
    private TimedKey SigningKeyAt(DateTimeOffset now) =>
        _keys.Where(key => key.SignsFrom <= now).MaxBy(key => key.SignsFrom) ?? _keys[0];

    private static List<ECDsaSecurityKey> ImportAll(string pem)
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
        return keys;
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

    private sealed record TimedKey(ECDsaSecurityKey Key, DateTimeOffset SignsFrom);
}
