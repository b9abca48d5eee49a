using GoCart.Cli.Formats;
using GoCart.Contracts.Carts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

internal static class CartViews
{
    public static IRenderable Table(CartResponse cart)
    {
        var hasNotes = cart.Items.Any(item => !item.Available || item.PriceChanged);
        var table = Render.Table(["#", "Product", "Quantity", "Price", "Total", .. hasNotes ? ["Note"] : Array.Empty<string>()])
            .AlignRight(0, 2, 3, 4);

        foreach (var (index, item) in cart.Items.Index())
        {
            table.AddRow(
            [
                Render.Number(index + 1),
                Render.Plain(item.Name),
                Render.Number(item.Quantity),
                Render.Money(item.PriceCents, cart.Currency),
                Render.Money(item.LineTotalCents, cart.Currency),
                .. hasNotes ? [Note(item)] : Array.Empty<Text>(),
            ]);
        }

        table.Columns[1].Footer = Render.Bold("Total");
        table.Columns[4].Footer = Render.Bold(Price.Format(cart.TotalCents, cart.Currency));
        return new Framed(table);
    }

    private static Text Note(CartItemResponse item) => item switch
    {
        { Available: false } => new Text("not available", new Style(Color.Red)),
        { PriceChanged: true } => new Text("price changed", new Style(Color.Yellow)),
        _ => new Text(""),
    };
}
