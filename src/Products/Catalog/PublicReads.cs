namespace GoCart.Products.Catalog;

/// <summary>What everybody may read, and caches may keep.</summary>
internal static class PublicReads
{
    /// <summary>
    /// Caches may store the answer, but ask each time whether it still holds: a price or a stock that has changed is
    /// seen at once, and one that has not costs a 304.
    /// </summary>
    public static void LetBeStored(HttpResponse response) =>
        response.Headers.CacheControl = "public, max-age=0, must-revalidate";
}
