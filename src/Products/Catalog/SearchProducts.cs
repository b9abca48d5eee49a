using System.Globalization;
using System.Text;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Products;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <summary><c>?q=</c>: the products whose name or description has the words, best first.</summary>
/// <remarks>
/// The words are read as a search engine would read them (<c>"exact words"</c>, <c>-without</c>, <c>or</c>), and by their
/// stems: "mug" finds "Mugs". A search without such operators also finds what <see cref="SimilarWords"/> makes of it.
/// </remarks>
internal static class SearchProducts
{
    public const int MaxQueryLength = 200;

    /// <summary>1 to 200 characters, not all blank, no control characters.</summary>
    public static bool IsQuery(string q)
    {
        var characters = q.EnumerateRunes();
        return !string.IsNullOrWhiteSpace(q) && characters.Count() <= MaxQueryLength && !characters.Any(Rune.IsControl);
    }

    public static async Task<PageResult<ProductResponse>> SearchAsync(
        string q, Page page, Visibility visibility, NpgsqlDataSource db, string currency, CancellationToken cancellationToken)
    {
        var after = page.Position is null
            ? Position.Start(HasOperators(q) ? "" : await SimilarWords.WidenAsync(q, db, cancellationToken))
            : Position.Parse(page.Position);

        // The rank is a whole number of millionths, so that a cursor can name it exactly: the same text has the same rank on
        // every page. A word counts for up to 1.2 in the name and 0.5 in the description, half of that if only similar.
        var hits = await db.QueryAsync<Hit>(
            $"""
            with hit as (
                select {Product.Columns}, (1000000 * (
                    2 * ts_rank(search, exact) + ts_rank(search, wide) + word_similarity(@q, name)))::int as rank
                from products, websearch_to_tsquery('english', @q) as exact, to_tsquery('english', @Wide) as wide
                where {visibility.Condition} and search @@ (exact || wide)
            )
            select {Product.Columns}, rank from hit
            where (rank, id) < (@Rank, @Id)
            order by rank desc, id desc limit @limit
            """,
            new { q, after.Wide, after.Rank, after.Id, limit = page.Limit + 1 },
            SearchLimit.StatementTimeout, cancellationToken);

        return page.Of(hits, hit => hit.ToProduct().ToResponse(currency), hit => hit.PositionIn(after).ToString());
    }

    internal static bool HasOperators(string q) =>
        q.Contains('"', StringComparison.Ordinal)
        || q.Split(' ').Any(word => word.StartsWith('-') || word.Equals("or", StringComparison.OrdinalIgnoreCase));

    private sealed record Hit(
        Guid Id, string Name, string? Description, long PriceCents, int Stock, bool IsActive, long Version,
        DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt, DateTimeOffset? DeletedAt, int Rank)
    {
        public Product ToProduct() => new(
            Id, Name, Description, PriceCents, Stock, IsActive, Version, CreatedAt, UpdatedAt, DeletedAt);

        public Position PositionIn(Position list) => list with { Rank = Rank, Id = Id };
    }

    /// <summary>Where a page ended, in the order of the list.</summary>
    /// <param name="Wide">Kept from the first page: new products bring new words, which would turn the list around in the middle.</param>
    private sealed record Position(int Rank, Guid Id, string Wide)
    {
        public static Position Start(string wide) => new(int.MaxValue, Guid.AllBitsSet, wide);

        public static Position Parse(string text)
        {
            var parts = text.Split(' ', 3);
            return new(int.Parse(parts[0], CultureInfo.InvariantCulture), Guid.ParseExact(parts[1], "D"), parts[2]);
        }

        public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Rank} {Id:D} {Wide}");
    }
}
