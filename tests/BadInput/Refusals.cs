using System.Text.Json;
using System.Text.RegularExpressions;

namespace GoCart.Tests.BadInput;

/// <summary>What every refusal must be, whatever was asked, read from the raw answer.</summary>
internal static partial class Refusals
{
    /// <summary>What is wrong with a refusal as a problem document, or null.</summary>
    public static string? FaultOf(RawAnswer answer)
    {
        if (answer.Headers.GetValueOrDefault("Content-Type") != "application/problem+json")
            return "it is no problem document";
        if (answer.Headers.GetValueOrDefault("Cache-Control") != "no-store")
            return "it may be stored";

        using var document = JsonDocument.Parse(answer.Body);
        var problem = document.RootElement;
        string? Text(string name) => problem.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;
        var code = Text("code");
        var isChallenged = answer.Headers.ContainsKey("WWW-Authenticate");
        return code is null || !Code().IsMatch(code) ? "it has no code"
            : Text("type") != $"urn:gocart:problem:{code}" ? "its type is not that of its code"
            : problem.GetProperty("status").GetInt32() != answer.Status ? "its status is not that of the answer"
            : string.IsNullOrEmpty(Text("title")) || string.IsNullOrEmpty(Text("detail")) ? "it says nothing"
            : Text("detail") != Text("error") ? "detail and error differ"
            : !TraceId().IsMatch(Text("trace_id") ?? "") ? "it has no trace id"
            : (code == "unauthenticated") != isChallenged ? "WWW-Authenticate belongs to unauthenticated, and to nothing else"
            : answer.Status == 405 != answer.Headers.ContainsKey("Allow") ? "Allow belongs to 405, and to nothing else"
            : answer.Status is 429 or 503 && !answer.Headers.ContainsKey("Retry-After") ? "it does not say when to come back"
            : null;
    }

    /// <summary>Something in the answer that tells what the store is made of, or null.</summary>
    public static string? TelltaleIn(RawAnswer answer) =>
        answer.Headers.ContainsKey("Server") ? "the server's name"
        : Telltale().Match(answer.Text) is { Success: true } match ? match.Value
        : null;

    public static string? CodeOf(RawAnswer answer)
    {
        using var problem = JsonDocument.Parse(answer.Body);
        return problem.RootElement.GetProperty("code").GetString();
    }

    [GeneratedRegex("^[a-z_]+$")]
    private static partial Regex Code();

    [GeneratedRegex("^[0-9a-f]{32}$")]
    private static partial Regex TraceId();

    /// <summary>Types, stack traces, statements, constraints, servers and their addresses.</summary>
    [GeneratedRegex(
        @"Exception|\bat \w+\.\w|System\.|Microsoft\.|(?-i:Npgsql|Dapper|Yarp|Kestrel)|GoCart\.[A-Z]|\.cs\b|\b(select|insert|update|delete) .*(from|into|set) |"
        + @"constraint|violates|relation|postgres|rabbit|127\.0\.0\.1:\d",
        RegexOptions.IgnoreCase)]
    private static partial Regex Telltale();
}
