using System.Buffers;
using System.Globalization;
using System.Runtime.InteropServices;
using System.Text.Unicode;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.Routing.Patterns;

namespace GoCart.BuildingBlocks.Http;

/// <summary>
/// Lets a path mean one thing only, at the gateway and at the services alike: what one authorized is what the other runs.
/// </summary>
/// <remarks>
/// Kestrel resolves dot segments and unescapes once before routing, and routing ignores letter case; another reader of the same
/// bytes may do neither or both. So a path with dot segments, empty segments, a backslash, a semicolon, a number sign, an escaped
/// separator, dot, percent or control character, or escapes that are no UTF-8 is refused, and so is one whose fixed parts are not
/// written letter for letter as the route has them, or that ends in a slash.
/// </remarks>
internal static class ExactPaths
{
    private static readonly SearchValues<char> Suspects = SearchValues.Create("%\\;#.");

    public static void UseExactPaths(this IApplicationBuilder app) => app.Use((context, next) =>
        IsPlain(PathOf(context)) && IsWrittenLikeItsRoute(PathOf(context), context.GetEndpoint())
            ? next(context)
            : Problem.ForStatus(StatusCodes.Status404NotFound).ExecuteAsync(context));

    /// <summary>The path as it came over the wire; an absolute target, which RFC 9112 allows, has it after the authority.</summary>
    private static ReadOnlySpan<char> PathOf(HttpContext context)
    {
        var target = (context.Features.Get<IHttpRequestFeature>()?.RawTarget ?? "").AsSpan();
        var scheme = target is ['/', ..] ? -1 : target.IndexOf("://");
        if (scheme >= 0)
        {
            var authority = target[(scheme + 3)..];
            // Whoever stands before an @ means something to others only (RFC 9110 §4.2.4): a path of no route.
            var end = authority.IndexOfAny('/', '?');
            if ((end < 0 ? authority : authority[..end]).Contains('@'))
                return "//";
            target = end < 0 ? "/" : authority[end..];
        }

        var query = target.IndexOf('?');
        return query < 0 ? target : target[..query];
    }

    internal static bool IsPlain(ReadOnlySpan<char> path)
    {
        if (path.IndexOf("//") >= 0)
            return false;
        if (!path.ContainsAny(Suspects))
            return true;

        foreach (var segment in path.Split('/'))
        {
            if (!IsPlainSegment(path[segment]))
                return false;
        }
        return true;
    }

    private static bool IsPlainSegment(ReadOnlySpan<char> segment)
    {
        // A number sign is part of an absolute target's path to one reader, and its end to another.
        if (segment is "." or ".." || segment.ContainsAny('\\', ';', '#'))
            return false;

        for (var rest = segment; rest.IndexOf('%') is >= 0 and var at; rest = rest[(at + 1)..])
        {
            if (rest.Length < at + 3 || !char.IsAsciiHexDigit(rest[at + 1]) || !char.IsAsciiHexDigit(rest[at + 2])
                || IsDangerousEscape(rest[at + 1], rest[at + 2]))
                return false;
        }
        return IsUtf8(segment);
    }

    /// <summary>Whether the escapes make characters: Kestrel leaves those that make none as they are, and YARP escapes them again.</summary>
    private static bool IsUtf8(ReadOnlySpan<char> segment)
    {
        if (!segment.Contains('%'))
            return true;

        var bytes = new List<byte>(segment.Length);
        for (var at = 0; at < segment.Length; at++)
        {
            if (segment[at] != '%')
            {
                bytes.Add((byte)segment[at]);
                continue;
            }
            bytes.Add(byte.Parse(segment.Slice(at + 1, 2), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture));
            at += 2;
        }
        return Utf8.IsValid(CollectionsMarshal.AsSpan(bytes));
    }

    /// <summary>Of control characters, <c>% . / ; \</c> and DEL.</summary>
    private static bool IsDangerousEscape(char high, char low) => (high, char.ToUpperInvariant(low)) is
        ('0' or '1', _) or ('2', '5' or 'E' or 'F') or ('3', 'B') or ('5', 'C') or ('7', 'F');

    private static bool IsWrittenLikeItsRoute(ReadOnlySpan<char> path, Endpoint? endpoint)
    {
        if (endpoint is not RouteEndpoint { RoutePattern.PathSegments: var segments })
            return true;

        // In escapes, a letter is not written like its route. Routing also lets a slash pass at the end, and we do not.
        var rest = path;
        foreach (var segment in segments)
        {
            if (rest is not ['/', ..])
                return false;
            rest = rest[1..];
            var end = rest.IndexOf('/');
            var text = end < 0 ? rest : rest[..end];
            if (segment.Parts is [RoutePatternLiteralPart literal] && !text.SequenceEqual(literal.Content))
                return false;
            rest = rest[text.Length..];
        }
        return rest.IsEmpty || (segments.Count == 0 && rest is "/");
    }
}
