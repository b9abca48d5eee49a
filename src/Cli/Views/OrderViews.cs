using GoCart.Cli.Formats;
using GoCart.Contracts.Orders;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Views;

internal static class OrderViews
{
    private const int ItemsInSummary = 3;

    /// <param name="numbered">Rows have a number to type instead of an id to copy.</param>
    public static IRenderable Table(IReadOnlyList<OrderResponse> orders, TimeProvider clock, bool numbered = false)
    {
        var wide = Render.Table(numbered ? "#" : "Id", "Placed", "Status", "Items", "Total").KeepWhole(0).AlignRight(4);
        var narrow = Render.Table("Order", "Placed", "Status", "Total").AlignRight(3);
        foreach (var (index, order) in orders.Index())
        {
            var key = numbered ? Render.Number(index + 1) : new Text(order.Id.ToString());
            var placed = new Text(Render.FormatMinute(order.CreatedAt, clock));
            var total = Render.Money(order.TotalCents, order.Currency);
            wide.AddRow(key, placed, Status(order), Render.Plain(Summary(order)), total);
            narrow.AddRow(new Rows(key, Render.Dim(Summary(order))), placed, Status(order), total);
        }

        return numbered ? new Framed(wide) : new Framed(wide, narrow);
    }

    /// <summary>All of an order: its items, and what became of it when.</summary>
    public static IRenderable Details(OrderResponse order, TimeProvider clock)
    {
        var rows = new List<(string, IRenderable)>
        {
            ("Order", new Text(order.Id.ToString())),
            ("Status", Status(order)),
            ("Placed", Render.Time(order.CreatedAt, clock)),
            ("Total", Render.Bold(Price.Format(order.TotalCents, order.Currency))),
        };
        rows.AddRange((order.Rejection?.Items ?? []).Select((item, index) =>
            (index == 0 ? "Rejected" : "", (IRenderable)Render.Plain(Shortage(order, item)))));

        return new Rows(Render.Details(rows), Items(order), History(order.History, clock));
    }

    /// <summary>What is new since <paramref name="shown"/> entries of its history were shown, a line each.</summary>
    public static IRenderable NewLines(OrderResponse order, int shown, TimeProvider clock) => order.History.Count > shown
        ? History(order.History.Skip(shown), clock)
        : new Paragraph($"{Render.FormatTime(order.UpdatedAt, clock)}  ").Append(StatusWords(order), StatusStyle(order));

    /// <summary>What a checkout came to, as a sentence.</summary>
    public static string Outcome(OrderResponse order) => order.StockState switch
    {
        StockState.Awaiting => "Ordered; the stock is not reserved yet.",
        StockState.Rejected => "The order was rejected: there was not enough stock.",
        StockState.Released => "The order was cancelled.",
        _ => "Ordered, and the stock is reserved.",
    };

    public static string Word(OrderStatus status) => status.ToString().ToLowerInvariant();

    private static Framed Items(OrderResponse order)
    {
        var table = Render.Table("Product", "Quantity", "Price", "Total").AlignRight(1, 2, 3);
        foreach (var item in order.Items)
        {
            table.AddRow(
                Render.Plain(item.Name),
                Render.Number(item.Quantity),
                Render.Money(item.PriceCents, order.Currency),
                Render.Money(item.LineTotalCents, order.Currency));
        }

        return new Framed(table);
    }

    private static Rows History(IEnumerable<OrderHistoryEntry> entries, TimeProvider clock) =>
        new(entries.Select(entry => Render.Plain(
            $"{Render.FormatTime(entry.At, clock)}  {Word(entry.Status)}"
            + (string.IsNullOrWhiteSpace(entry.Reason) ? "" : $": {entry.Reason.Replace('_', ' ')}"))));

    private static Text Status(OrderResponse order) => new(StatusWords(order), StatusStyle(order));

    private static string StatusWords(OrderResponse order) => order switch
    {
        { Status: OrderStatus.Pending, StockState: StockState.Awaiting } => "pending, awaiting stock",
        { Status: OrderStatus.Pending, StockState: StockState.Reserved } => "pending, stock reserved",
        { Status: OrderStatus.Rejected } => "rejected, out of stock",
        _ => Word(order.Status),
    };

    private static Style StatusStyle(OrderResponse order) => order switch
    {
        { Status: OrderStatus.Pending, StockState: StockState.Awaiting } => new(Color.Yellow),
        { Status: OrderStatus.Rejected } => new(Color.Red),
        { Status: OrderStatus.Cancelled } => new(decoration: Decoration.Dim),
        { Status: OrderStatus.Delivered } => new(Color.Green),
        _ => new(Color.Aqua),
    };

    private static string Summary(OrderResponse order)
    {
        var named = string.Join(", ", order.Items.Take(ItemsInSummary).Select(item => $"{item.Quantity} × {SafeText.Line(item.Name)}"));
        var others = order.Items.Count - ItemsInSummary;
        return others > 0 ? $"{named} and {others} more" : named;
    }

    private static string Shortage(OrderResponse order, RejectedItem item)
    {
        var name = order.Items.FirstOrDefault(ordered => ordered.ProductId == item.ProductId)?.Name ?? item.ProductId.ToString();
        return $"{SafeText.Line(name)}: {item.Requested} wanted, {item.Available} in stock";
    }
}
