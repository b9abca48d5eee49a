using System.Globalization;
using System.Text;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Products;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <summary><c>?q=</c>: products whose words fit, or whose name or description looks similar, best first.</summary>
/// <remarks>
/// The words are read as a search engine would read them (<c>"exact words"</c>, <c>-without</c>, <c>or</c>), and by their
/// stems: "mug" finds "Mugs". Similar texts help with typing errors and half-typed words, but only a search without
/// operators looks for them: they would bring back what <c>-without</c> takes out.
/// </remarks>
internal static class SearchProducts
{
    public const int MaxQueryLength = 200;

    // 0 would be everything, 1 an exact part. Low enough for two wrong letters in a word, high enough to leave out noise.
    private const string SimilarEnough = "0.45";

    /// <summary>1 to 200 code points, not all blank, no control characters.</summary>
    public static bool IsQuery(string q)
    {
        var characters = q.EnumerateRunes();
        return !string.IsNullOrWhiteSpace(q) && characters.Count() <= MaxQueryLength && !characters.Any(Rune.IsControl);
    }

    public static async Task<PageResult<ProductResponse>> SearchAsync(
        string q, Page page, Visibility visibility, NpgsqlDataSource db, string currency, CancellationToken cancellationToken)
    {
        // Neither a word nor a similarity can be made of punctuation alone.
        if (!q.EnumerateRunes().Any(Rune.IsLetterOrDigit))
            return new([], nextPosition: null);

        var after = page.Position is null ? Position.Start : Position.Parse(page.Position);
        var hits = await db.InTransactionAsync(
            tx => tx.QueryAsync<Hit>(
                Statement(visibility, isPlain: !HasOperators(q)),
                new { q, after.Rank, after.Id, limit = page.Limit + 1 }, cancellationToken),
            cancellationToken);

        return new(
            [.. hits.Take(page.Limit).Select(hit => hit.ToProduct().ToResponse(currency))],
            hits.Count > page.Limit ? hits[page.Limit - 1].Position.ToString() : null);
    }

    internal static bool HasOperators(string q) =>
        q.Contains('"', StringComparison.Ordinal)
        || q.Split(' ').Any(word => word.StartsWith('-') || word.Equals("or", StringComparison.OrdinalIgnoreCase));

    // The rank is a whole number of millionths, so that a cursor can name it exactly: the same text has the same rank on
    // every page. A word in the name weighs 1.2 and in the description 0.5, a similar name up to 1.
    private static string Statement(Visibility visibility, bool isPlain) =>
        $"""
        set local pg_trgm.word_similarity_threshold = {SimilarEnough};
        with hit as (
            select {Product.Columns}, (1000000 * (
                    2 * ts_rank(search, query)
                    + word_similarity(@q, name)
                    + 0.3 * word_similarity(@q, coalesce(description, ''))))::int as rank
            from products, websearch_to_tsquery('english', @q) as query
            where {visibility.Condition} and (search @@ query{(isPlain ? " or @q <% name or @q <% description" : "")})
        )
        select {Product.Columns}, rank from hit
        where (rank, id) < (@Rank, @Id)
        order by rank desc, id desc limit @limit
        """;

    private sealed record Hit(
        Guid Id, string Name, string? Description, long PriceCents, int Stock, bool IsActive, long Version,
        DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? DeletedAt, int Rank)
    {
        public Position Position => new(Rank, Id);

        public Product ToProduct() => new(
            Id, Name, Description, PriceCents, Stock, IsActive, Version, CreatedAt, UpdatedAt, DeletedAt);
    }

    /// <summary>Where a page ended, in the order of the list.</summary>
    private sealed record Position(int Rank, Guid Id)
    {
        public static readonly Position Start = new(int.MaxValue, Guid.AllBitsSet);

        public static Position Parse(string text)
        {
            var parts = text.Split(' ');
            return new(int.Parse(parts[0], CultureInfo.InvariantCulture), Guid.ParseExact(parts[1], "D"));
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rank} {Id:D}");
    }
}
