using System.Globalization;
using System.Security.Cryptography;
using System.Text.RegularExpressions;

namespace GoCart.BuildingBlocks.Auth;

/// <summary>
/// The form of the file with the private keys that sign access tokens: PEM, and before a key that shall take over a line that says
/// when: <c># signs from 2026-01-15T09:30:00Z</c>. Text between the blocks of a PEM file means nothing to other readers (RFC 7468 §2).
/// </summary>
public static partial class SigningKeyFile
{
    /// <summary>Stands in a file that a development store made for itself: production refuses it.</summary>
    public const string DevelopmentMark = "# GoCart development key: production refuses it.";

    /// <summary>How long a key is still published after another has taken over: longer than any access token lives.</summary>
    public static readonly TimeSpan Overlap = TimeSpan.FromHours(2);

    private const string Form = "yyyy-MM-dd'T'HH:mm:ss'Z'";

    /// <summary>Splits the file after each private key: each part holds one key and the text before it; the last may hold text only.</summary>
    public static IReadOnlyList<SigningKeyPart> Read(string text)
    {
        var parts = new List<SigningKeyPart>();
        var start = 0;
        foreach (Match end in EndOfKey().Matches(text))
        {
            parts.Add(Part(text[start..(end.Index + end.Length)]));
            start = end.Index + end.Length;
        }
        if (!string.IsNullOrWhiteSpace(text[start..]))
            parts.Add(Part(text[start..]));
        return parts;
    }

    /// <summary>A new key on the curve P-256.</summary>
    /// <param name="signsFrom">Whole seconds count.</param>
    public static SigningKeyPart CreateKey(DateTimeOffset signsFrom)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var time = signsFrom.UtcDateTime.ToString(Form, CultureInfo.InvariantCulture);
        return Part($"# signs from {time}\n{key.ExportPkcs8PrivateKeyPem()}\n");
    }

    private static SigningKeyPart Part(string text)
    {
        var line = SignsFrom().Matches(text).LastOrDefault();
        return new(text, line is not null && DateTimeOffset.TryParseExact(
            line.Groups[1].ValueSpan, Form, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time : null);
    }

    [GeneratedRegex(@"-----END (EC )?PRIVATE KEY-----\r?\n?")]
    private static partial Regex EndOfKey();

    [GeneratedRegex(@"^# signs from (\S+)\s*$", RegexOptions.Multiline)]
    private static partial Regex SignsFrom();
}

/// <param name="SignsFrom">Null for a key without such a line: the first of the file signs from the beginning, others never do.</param>
public sealed record SigningKeyPart(string Text, DateTimeOffset? SignsFrom)
{
    /// <summary>No log can print the key by printing the part.</summary>
    public override string ToString() => nameof(SigningKeyPart);
}
