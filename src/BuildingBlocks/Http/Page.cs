using System.Globalization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Extensions.DependencyInjection;

namespace GoCart.BuildingBlocks.Http;

/// <summary>The part of a list that a request asks for with <c>limit</c> (1 to 200, else 50) and <c>cursor</c>.</summary>
/// <param name="Position">Where the last page ended, as its handler wrote it; null for the first page.</param>
public sealed record Page(int Limit, string? Position) : IBindableFromHttpContext<Page>
{
    public const int DefaultLimit = 50;
    public const int MaxLimit = 200;

    // The framework finds them in any letter case.
    private static readonly HashSet<string> Parameters = new(StringComparer.OrdinalIgnoreCase) { "limit", "cursor" };

    /// <summary>The position as an id, for lists that are sorted by it.</summary>
    public Guid? PositionId => Position is null ? null : Guid.ParseExact(Position, "D");

    /// <exception cref="ProblemException">400 when the limit or the cursor is not valid.</exception>
    public static ValueTask<Page?> BindAsync(HttpContext context, System.Reflection.ParameterInfo parameter) =>
        ValueTask.FromResult<Page?>(new Page(ReadLimit(context.Request), ReadPosition(context)));

    /// <summary>The list's first <see cref="Limit"/> rows; a <c>Link</c> header says where it goes on if there are more.</summary>
    /// <param name="rows">Up to <see cref="Limit"/> + 1: the last only tells that there is more.</param>
    /// <param name="toItem">Makes of a row what is answered.</param>
    /// <param name="positionOf">Where the list stands after a row: what <see cref="Position"/> will be on the next page.</param>
    public PageResult<T> Of<TRow, T>(IReadOnlyList<TRow> rows, Func<TRow, T> toItem, Func<TRow, string> positionOf) =>
        new([.. rows.Take(Limit).Select(toItem)], rows.Count > Limit ? positionOf(rows[Limit - 1]) : null);

    /// <summary>The same of a list that is sorted by id.</summary>
    public PageResult<T> Of<T>(IReadOnlyList<T> items, Func<T, Guid> idOf) =>
        Of(items, item => item, item => idOf(item).ToString("D"));

    private static int ReadLimit(HttpRequest request)
    {
        if (!request.Query.TryGetValue("limit", out var values))
            return DefaultLimit;

        // Digits only: no sign, no blanks, and no NUL after them, which .NET would pass over.
        return values is [{ Length: > 0 and <= 3 } text]
            && text.All(char.IsAsciiDigit)
            && int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var limit)
            && limit is >= 1 and <= MaxLimit
                ? limit
                : throw Invalid("limit", $"The limit must be a whole number from 1 to {MaxLimit}.");
    }

    private static string? ReadPosition(HttpContext context)
    {
        if (!context.Request.Query.TryGetValue("cursor", out var values))
            return null;

        var cursors = context.RequestServices.GetRequiredService<PageCursors>();
        return (values is [{ Length: > 0 } cursor] ? cursors.Decode(ListOf(context.Request), cursor) : null)
            ?? throw Invalid("cursor", "The cursor is not one that this list gave.");
    }

    /// <summary>A list is its path and everything that narrows it; page size and position do not.</summary>
    internal static string ListOf(HttpRequest request)
    {
        var filters = request.Query
            .Where(parameter => !Parameters.Contains(parameter.Key))
            .OrderBy(parameter => parameter.Key, StringComparer.Ordinal);
        return QueryHelpers.AddQueryString(request.Path.Value ?? "", filters);
    }

    private static ProblemException Invalid(string field, string message) =>
        new(Problem.InvalidParameter(field, message));
}
