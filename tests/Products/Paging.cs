using System.Text.RegularExpressions;

namespace GoCart.Tests.Products;

internal static partial class Paging
{
    /// <summary>Where the Link header says that the list goes on; null on the last page.</summary>
    public static Uri? NextPage(this HttpResponseMessage response)
    {
        if (!response.Headers.TryGetValues("Link", out var links))
            return null;

        var link = Link().Match(Assert.Single(links));
        Assert.True(link.Success, $"{links.First()} is not a link to the next page.");
        return new Uri(link.Groups[1].Value, UriKind.Relative);
    }

    [GeneratedRegex("^<(/[^>]*)>; rel=\"next\"$")]
    private static partial Regex Link();
}
