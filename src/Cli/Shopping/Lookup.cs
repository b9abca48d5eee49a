using GoCart.Cli.Api;
using GoCart.Cli.Formats;
using GoCart.Contracts.Carts;
using GoCart.Contracts.Products;

namespace GoCart.Cli.Shopping;

/// <summary>Finds what somebody named: by its id, or by its name in any letter case.</summary>
internal static class Lookup
{
    private const int ResultsToLookThrough = 50;
    private const int NamesToSuggest = 3;

    /// <param name="searchFor">The list of products to look for a name in.</param>
    public static async Task<Guid> ProductIdAsync(
        GoCartClient client, string named, Func<string, ListOf<ProductResponse>> searchFor, CancellationToken cancellationToken)
    {
        if (Guid.TryParseExact(named, "D", out var id))
            return id;

        var found = (await client.GetListAsync(searchFor(Words(named)), ResultsToLookThrough, cancellationToken)).Items;
        var exact = found.Where(product => IsNamed(product.Name, named)).ToList();

        return exact switch
        {
            [var only] => only.Id,
            [] => throw CliException.NotFound(
                $"There is no product named \"{named}\".",
                found.Count > 0
                    ? $"Similar: {string.Join(", ", found.Take(NamesToSuggest).Select(product => $"\"{SafeText.Line(product.Name)}\""))}"
                    : "See what is on sale with: gocart products list"),
            _ => throw CliException.Usage(
                $"{exact.Count} products are named \"{named}\".",
                $"Say which by its id: {string.Join(", ", exact.Select(product => product.Id))}"),
        };
    }

    /// <param name="named">Also the number of its line in the cart.</param>
    public static CartItemResponse CartItem(CartResponse cart, string named)
    {
        var isId = Guid.TryParseExact(named, "D", out var id);
        var item = cart.Items.FirstOrDefault(item => isId && (item.Id == id || item.ProductId == id))
            ?? cart.Items.FirstOrDefault(item => IsNamed(item.Name, named));

        if (item is null && WholeNumber.IndexOf(named, cart.Items.Count) is { } line)
            item = cart.Items[line];

        return item ?? throw CliException.NotFound($"There is no \"{named}\" in your cart.", "See it with: gocart cart show");
    }

    /// <summary>A quote, and a dash before a word, are operators of the store's search; in a name they are not.</summary>
    private static string Words(string name) =>
        string.Join(' ', name.Replace('"', ' ').Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(word => word.TrimStart('-')));

    private static bool IsNamed(string name, string named) =>
        string.Equals(SafeText.Line(name), named.Trim(), StringComparison.OrdinalIgnoreCase);
}
