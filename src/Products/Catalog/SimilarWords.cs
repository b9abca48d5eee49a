using System.Text;
using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Products.Catalog;

/// <summary>Widens a search to half-typed and mistyped words: "head" also finds "headphones", and "keybord" "keyboard".</summary>
internal static class SimilarWords
{
    // It has to fit into a cursor. What is longer has so many words that nobody needs it wider.
    private const int MaxBytes = 280;

    private const int MinLetters = 3;

    /// <summary>The same words as a tsquery in which each may also go on, or be one of the three most similar if it is unknown.</summary>
    /// <returns>Empty if there is nothing to widen.</returns>
    public static async Task<string> WidenAsync(string q, NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        var terms = await db.QueryAsync<Term>(
            """
            select word, case when exists (select from product_words as known where known.word = term.word)
                then '{}'
                else array(
                    select similar_word.word from product_words as similar_word where similar_word.word % term.word
                    order by similarity(similar_word.word, term.word) desc, similar_word.word limit 3)
                end as similar
            from unnest(tsvector_to_array(to_tsvector('simple', @q))) as term (word)
            """,
            new { q }, SearchLimit.StatementTimeout, cancellationToken);

        var wide = string.Join(" & ", terms.Select(AnyOf));
        return Encoding.UTF8.GetByteCount(wide) <= MaxBytes ? wide : "";
    }

    private static string AnyOf(Term term)
    {
        var begun = term.Word.Length >= MinLetters ? $"{Quote(term.Word)}:*" : Quote(term.Word);
        return $"({string.Join(" | ", term.Similar.Select(Quote).Prepend(begun))})";
    }

    /// <summary>As to_tsquery reads it: whatever the word holds, it is one word and no operator.</summary>
    private static string Quote(string word) =>
        $"'{word.Replace(@"\", @"\\", StringComparison.Ordinal).Replace("'", "''", StringComparison.Ordinal)}'";

    private sealed record Term(string Word, string[] Similar);
}
