using System.CommandLine;
using System.Globalization;
using GoCart.BuildingBlocks.Http;
using GoCart.Cli.Api;
using GoCart.Cli.Shopping;
using GoCart.Cli.Views;

namespace GoCart.Cli.Commands;

/// <summary>gocart explain order, stock: why things are as they are, for staff.</summary>
internal static class ExplainCommands
{
    /// <summary>After everything there is, whatever the clocks say.</summary>
    private static readonly DateTimeOffset EndOfTime = new(9999, 1, 1, 0, 0, 0, TimeSpan.Zero);

    public static Command Create(CommandRunner runner) =>
        new("explain", "Shows how things came to be as they are (staff only).") { Order(runner), Stock(runner) };

    private static Command Order(CommandRunner runner)
    {
        var order = Parameters.Order();
        var command = new Command("order", "Shows what happened to an order, in all services.") { order };
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var timeline = await context.Client.GetOrderTimelineAsync(parsed.GetValue(order), cancellationToken);
            context.Print(timeline, found => TimelineViews.Table(found, context.Clock));
            if (timeline.Value.Missing is { Count: > 0 } missing)
                context.Terminal.SayWarning($"These services did not answer, and what they did is missing: {string.Join(", ", missing)}.");
        });
    }

    private static Command Stock(CommandRunner runner)
    {
        var product = Parameters.Product();
        var at = new Option<DateTimeOffset?>("--at")
        {
            Description = "As it was at that time; otherwise now.",
            HelpName = "2026-01-15T09:30:00Z",
            CustomParser = result =>
            {
                // As the store reads it: a time without its zone would be another moment at another desk.
                if (RequestTime.TryParse(result.Tokens[0].Value, default, out var time))
                    return time;
                result.AddError("--at: a time with its zone, such as 2026-01-15T09:30:00Z");
                return null;
            },
        };
        var length = new Parameters.Length();
        var command = length.AddTo(new Command("stock", "Shows a product's stock, and every change that led to it.") { product, at });
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var id = await Lookup.ProductIdAsync(
                context.Client, parsed.GetRequiredValue(product), name => Lists.AllProducts("inactive,deleted", name), cancellationToken);
            var time = (parsed.GetValue(at) ?? EndOfTime).ToUniversalTime();
            var ledger = await context.Client.GetListAsync(
                Lists.StockLedger(id).Where("at", time.ToString("yyyy-MM-dd'T'HH:mm:ss.FFFFFFF'Z'", CultureInfo.InvariantCulture)),
                length.Of(parsed), cancellationToken);
            context.Print(ledger, entries => ProductViews.Ledger(entries, context.Clock));
        });
    }
}
