using System.Globalization;
using GoCart.Contracts.Products;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

internal static class ProductViews
{
    /// <param name="numbered">Rows have a number to type instead of an id to copy.</param>
    public static IRenderable Table(IReadOnlyList<ProductResponse> products, bool numbered = false)
    {
        var table = Render.Table(numbered ? "#" : "Id", "Name", "Price", "Stock").KeepWhole(0).AlignRight(2, 3);
        foreach (var (index, product) in products.Index())
        {
            table.AddRow(
                numbered ? Render.Number(index + 1) : new Text(product.Id.ToString()),
                Name(product),
                Render.Money(product.PriceCents, product.Currency),
                Stock(product.Stock));
        }

        return new Framed(table);
    }

    /// <summary>What a customer wants to know of a product.</summary>
    public static Grid Details(ProductResponse product) => Render.Details(Facts(product));

    /// <summary>All there is to know.</summary>
    public static Grid AllDetails(ProductResponse product, TimeProvider clock) => Render.Details(
    [
        .. Facts(product),
        ("Id", new Text(product.Id.ToString())),
        ("Version", Render.Number(product.Version)),
        ("Changed", Render.Time(product.UpdatedAt, clock)),
    ]);

    private static List<(string, IRenderable)> Facts(ProductResponse product)
    {
        var rows = new List<(string, IRenderable)>
        {
            ("Name", Name(product)),
            ("Price", Render.Money(product.PriceCents, product.Currency)),
            ("Stock", Stock(product.Stock)),
        };
        if (!string.IsNullOrWhiteSpace(product.Description))
            rows.Add(("Description", Render.Paragraph(product.Description)));
        return rows;
    }

    public static IRenderable Ledger(IReadOnlyList<StockLedgerEntry> entries, TimeProvider clock)
    {
        var table = Render.Table("Time", "Kind", "Change", "Order or user").KeepWhole(0, 3).AlignRight(2);
        var isOfThen = entries.Any(entry => entry.Stock is not null);
        if (isOfThen)
            table.AddColumn(new TableColumn(Render.Bold("Stock")).RightAligned());
        foreach (var entry in entries)
        {
            IRenderable[] cells =
            [
                Render.Time(entry.At, clock),
                Render.Plain(entry.Kind),
                new Text(entry.Delta.ToString("+0;-0;0", CultureInfo.InvariantCulture), DeltaStyle(entry.Delta)),
                Render.Plain((entry.OrderId ?? entry.Actor)?.ToString() ?? entry.Reason),
            ];
            table.AddRow(isOfThen ? [.. cells, Render.Number(entry.Stock ?? 0)] : cells);
        }

        return new Framed(table);
    }

    private static Text Name(ProductResponse product) => product.IsActive
        ? Render.Plain(product.Name)
        : Render.Plain($"{product.Name} (not on sale)", new Style(decoration: Decoration.Dim));

    private static Text Stock(int stock) => stock switch
    {
        0 => new Text("sold out", new Style(Color.Red)),
        <= 5 => new Text($"only {stock}", new Style(Color.Yellow)),
        _ => Render.Number(stock),
    };

    private static Style DeltaStyle(int delta) => new(delta < 0 ? Color.Red : Color.Green);
}
