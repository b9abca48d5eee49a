using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.Net.Http.Headers;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Entity tags and the conditions a request may set on them, RFC 9110 §8.8 and §13.</summary>
public static class ETags
{
    /// <summary>The tag of a thing whose version says all about its state.</summary>
    public static string For(long version) => string.Create(CultureInfo.InvariantCulture, $"\"{version}\"");

    /// <summary>Whether the client already has this state, and 304 is the answer.</summary>
    /// <exception cref="ProblemException">400 when the header cannot be understood.</exception>
    public static bool IsNotModified(HttpRequest request, string etag)
    {
        var tags = Parse(request.Headers.IfNoneMatch, HeaderNames.IfNoneMatch);
        return tags.Any(tag => tag.Tag == "*" || tag.Tag == etag);
    }

    /// <summary>Whether <c>If-Match</c> is absent or names the state that is there; if not, 412 is the answer.</summary>
    /// <exception cref="ProblemException">400 when the header cannot be understood.</exception>
    public static bool AllowsChange(HttpRequest request, Func<string, bool> isCurrent) => ChangesAllowedBy(request)(isCurrent);

    /// <summary>As <see cref="AllowsChange(HttpRequest, Func{string, bool})"/>, for who learns of the state later.</summary>
    /// <exception cref="ProblemException">400 when the header cannot be understood.</exception>
    public static Func<Func<string, bool>, bool> ChangesAllowedBy(HttpRequest request)
    {
        var tags = Parse(request.Headers.IfMatch, HeaderNames.IfMatch);
        return isCurrent => tags.Count == 0 || tags.Any(tag => tag.Tag == "*" || (!tag.IsWeak && isCurrent(tag.Tag.ToString())));
    }

    /// <inheritdoc cref="AllowsChange(HttpRequest, Func{string, bool})"/>
    public static bool AllowsChange(HttpRequest request, long version) =>
        AllowsChange(request, tag => tag == For(version));

    private static IList<EntityTagHeaderValue> Parse(Microsoft.Extensions.Primitives.StringValues header, string name)
    {
        if (header.Count == 0)
            return [];

        return EntityTagHeaderValue.TryParseStrictList([.. header.Select(value => value ?? "")], out var tags)
            ? tags
            : throw new ProblemException(Problem.InvalidRequest($"The {name} header is not a list of entity tags."));
    }
}
