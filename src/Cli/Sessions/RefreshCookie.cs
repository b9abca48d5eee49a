namespace GoCart.Cli.Sessions;

/// <summary>
/// The refresh token travels in a cookie that is HttpOnly, Secure and for /api only. We keep it ourselves: a cookie jar
/// would not send a Secure cookie to a store on this machine over plain http, and would not outlive the process.
/// </summary>
internal static class RefreshCookie
{
    private const string Name = "refresh_token";

    /// <returns>The token, or null if these headers set none, or clear it.</returns>
    public static string? Read(IEnumerable<string> setCookieHeaders)
    {
        string? token = null;
        foreach (var header in setCookieHeaders)
        {
            var pair = header.Split(';', 2)[0].Split('=', 2, StringSplitOptions.TrimEntries);
            if (pair is [Name, var value])
                token = IsToken(value) ? value : null;
        }

        return token;
    }

    public static string Write(string token) => $"{Name}={token}";

    /// <summary>The characters a cookie's value may have (RFC 6265 §4.1.1): nothing that could start another header.</summary>
    private static bool IsToken(string value) =>
        value.Length > 0 && value.All(c => c is > ' ' and <= '~' and not ('"' or ',' or ';' or '\\'));
}
