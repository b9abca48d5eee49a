using System.Reflection;
using System.Security.Cryptography;
using System.Text.Json;
using Microsoft.AspNetCore.Http;

namespace GoCart.BuildingBlocks.Http;

/// <summary>The client's name for one request, from the header <c>Idempotency-Key</c>: sent again, it is done once.</summary>
/// <remarks>1 to 255 visible ASCII characters; in quotes, as the IETF draft has it, it is the same key as without. Kept for 24 h.</remarks>
public sealed record IdempotencyKey(string Value) : IBindableFromHttpContext<IdempotencyKey>
{
    public const string Header = "Idempotency-Key";

    /// <summary>Null when the header is absent.</summary>
    /// <exception cref="ProblemException">400 when the header is repeated, empty, too long or not visible ASCII.</exception>
    public static ValueTask<IdempotencyKey?> BindAsync(HttpContext context, ParameterInfo parameter)
    {
        var header = context.Request.Headers[Header];
        if (header.Count == 0)
            return ValueTask.FromResult<IdempotencyKey?>(null);

        var value = header is [{ } text] ? Unquote(text) : "";
        return value.Length is >= 1 and <= 255 && value.All(character => character is > ' ' and <= '~')
            ? ValueTask.FromResult<IdempotencyKey?>(new IdempotencyKey(value))
            : throw new ProblemException(Problem.InvalidRequest($"{Header} must be one key of 1 to 255 visible ASCII characters."));
    }

    /// <summary>Tells one request from another: method, path and body as it was understood, so that blanks make no difference.</summary>
    public static byte[] FingerprintOf<TBody>(HttpRequest request, TBody? body)
    {
        using var hash = IncrementalHash.CreateHash(HashAlgorithmName.SHA256);
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(new[] { request.Method, request.Path.Value }));
        hash.AppendData(JsonSerializer.SerializeToUtf8Bytes(body, StrictJson.Options));
        return hash.GetHashAndReset();
    }

    private static string Unquote(string text) => text is ['"', .. var inner, '"'] ? inner : text;
}
