using System.Text.RegularExpressions;
using Npgsql;

namespace GoCart.Operator.Audit;

/// <summary>Knows what must not stand in a log, by its looks and, for the operator's own passwords, by heart.</summary>
internal sealed partial class Secrets
{
    /// <summary>A shorter one would be found in innocent words.</summary>
    private const int ShortestPassword = 8;

    private static readonly (string Name, Regex Looks)[] Known =
    [
        ("an access token", AccessToken()),
        ("a private key", PrivateKey()),
        ("a password hash", PasswordHash()),
        ("the value of an Authorization header", Authorization()),
        ("the value of a cookie", Cookie()),
        ("an address with a password", AddressWithPassword()),
        ("a password", Password()),
        ("an e-mail", Email()),
    ];

    private readonly HashSet<string> _passwords;

    private Secrets(HashSet<string> passwords) => _passwords = passwords;

    public static Secrets Of(OperatorSettings settings)
    {
        var ofDatabases = (settings.Databases?.Values ?? []).Concat(settings.Owners?.Values ?? [])
            .Select(text => new NpgsqlConnectionStringBuilder(text).Password);
        var ofBroker = new[] { settings.Broker, settings.Management }
            .Select(text => Uri.TryCreate(text, UriKind.Absolute, out var address) ? address.UserInfo : "")
            .Select(login => Uri.UnescapeDataString(login[(login.IndexOf(':', StringComparison.Ordinal) + 1)..]));
        return new([.. ofDatabases.Concat(ofBroker).OfType<string>().Where(password => password.Length >= ShortestPassword)]);
    }

    /// <returns>What kind of secret the line has in it, never the secret; null if it has none.</returns>
    public string? FindIn(string line) =>
        _passwords.Any(password => line.Contains(password, StringComparison.Ordinal))
            ? "a password of the operator's settings"
            : Known.FirstOrDefault(secret => secret.Looks.IsMatch(line)).Name;

    /// <summary>What looks like a refresh token, as other things do too: the database knows which is one.</summary>
    [GeneratedRegex(@"(?<![\w-])[\w-]{43}(?![\w-])")]
    public static partial Regex RefreshTokens();

    [GeneratedRegex(@"\beyJ[\w-]{8,}\.[\w-]{8,}\.[\w-]{8,}")]
    private static partial Regex AccessToken();

    [GeneratedRegex("-----BEGIN [A-Z ]*PRIVATE KEY-----")]
    private static partial Regex PrivateKey();

    [GeneratedRegex(@"\$argon2i?d\$|SCRAM-SHA-256\$")]
    private static partial Regex PasswordHash();

    [GeneratedRegex(@"\b(bearer|basic)\s+[\w+/=.-]{16,}", RegexOptions.IgnoreCase)]
    private static partial Regex Authorization();

    [GeneratedRegex(@"\b(refresh_token=[\w-]{10}|(set-)?cookie[""'\\]*\s*:[\s""'\\\[]*[\w-]+=)", RegexOptions.IgnoreCase)]
    private static partial Regex Cookie();

    [GeneratedRegex(@"\w://[^\s/:@""]+:[^\s/@""*]+@")]
    private static partial Regex AddressWithPassword();

    // Also in JSON within JSON, where the quotes are escaped.
    [GeneratedRegex(@"(password|passwd|pwd)([""'\\]|\\u0022)*\s*[:=]\s*([""'\\]|\\u0022)*[^\s""'\\;,*]{6}", RegexOptions.IgnoreCase)]
    private static partial Regex Password();

    [GeneratedRegex(@"[\w.%+-]+@[a-z0-9-]+(\.[a-z0-9-]+)*\.[a-z]{2,}\b", RegexOptions.IgnoreCase)]
    private static partial Regex Email();
}
