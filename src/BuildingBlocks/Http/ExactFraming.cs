using System.Text;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Server.Kestrel.Core;
using Microsoft.Net.Http.Headers;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// Refuses requests whose end another reader might see elsewhere (RFC 9112 §6 and §11.2, request smuggling), where Kestrel alone
/// is generous: <c>Transfer-Encoding</c> together with <c>Content-Length</c>, in HTTP/1.0, or other than <c>chunked</c>, and
/// <c>Content-Length: +3</c>. Bare line feeds are switched off in Directory.Build.props.
/// </summary>
internal static class ExactFraming
{
    /// <summary>Where Kestrel puts a Content-Length that came with a Transfer-Encoding.</summary>
    private const string OverriddenLength = "X-Content-Length";

    private const string Methods = "GET, HEAD, POST, PATCH, DELETE";

    public static void Configure(KestrelServerOptions kestrel)
    {
        var digits = new DigitsOnly();
        kestrel.RequestHeaderEncodingSelector = name => name == HeaderNames.ContentLength ? digits : null;
    }

    public static void UseExactFraming(this IApplicationBuilder app) => app.Use((context, next) =>
    {
        var request = context.Request;
        if (HttpMethods.IsConnect(request.Method) || request.Method.AsSpan().ContainsAnyInRange('a', 'z'))
        {
            // The target of CONNECT is a host, not one of our routes, so routing would answer 404. And routing would take get
            // for GET, which it is not (RFC 9110 §9.1): the next reader might know no such method.
            context.Response.Headers.Allow = Methods;
            return Problem.ForStatus(StatusCodes.Status405MethodNotAllowed).ExecuteAsync(context);
        }

        if (request.Headers.TransferEncoding.Count > 0 && !IsPlainlyChunked(request))
        {
            context.Response.Headers.Connection = "close";
            return Problem.InvalidRequest("The length of the body is not clear.").ExecuteAsync(context);
        }
        return next(context);
    });

    private static bool IsPlainlyChunked(HttpRequest request) =>
        string.Equals(request.Headers.TransferEncoding, "chunked", StringComparison.OrdinalIgnoreCase)
        && request.Protocol == HttpProtocol.Http11
        && !request.Headers.ContainsKey(OverriddenLength);

    /// <summary>Reads what is not up to 19 digits as something that is no number: Kestrel itself would also take a sign.</summary>
    private sealed class DigitsOnly : Encoding
    {
        public override int GetChars(ReadOnlySpan<byte> bytes, Span<char> chars)
        {
            if (bytes.Length is 0 or > 19 || bytes.ContainsAnyExceptInRange((byte)'0', (byte)'9'))
                bytes = "?"u8;
            return Latin1.GetChars(bytes, chars);
        }

        public override int GetByteCount(char[] chars, int index, int count) => Latin1.GetByteCount(chars, index, count);

        public override int GetBytes(char[] chars, int charIndex, int charCount, byte[] bytes, int byteIndex) =>
            Latin1.GetBytes(chars, charIndex, charCount, bytes, byteIndex);

        public override int GetCharCount(byte[] bytes, int index, int count) => Latin1.GetCharCount(bytes, index, count);

        public override int GetChars(byte[] bytes, int byteIndex, int byteCount, char[] chars, int charIndex) =>
            GetChars(bytes.AsSpan(byteIndex, byteCount), chars.AsSpan(charIndex));

        public override int GetMaxByteCount(int charCount) => Latin1.GetMaxByteCount(charCount);

        public override int GetMaxCharCount(int byteCount) => Latin1.GetMaxCharCount(byteCount);
    }
}
