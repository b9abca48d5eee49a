using System.CommandLine;
using GoCart.Cli.Api;
using GoCart.Cli.Shopping;
using GoCart.Cli.Views;
using GoCart.Contracts.Products;

namespace GoCart.Cli.Commands;

/// <summary>Looking at products; <see cref="ProductAdminCommands"/> changes them.</summary>
internal static class ProductCommands
{
    public static Command Create(CommandRunner runner)
    {
        var command = new Command("products", "The products of the store.") { List(runner), Show(runner), Search(runner) };
        foreach (var subcommand in ProductAdminCommands.All(runner))
            command.Subcommands.Add(subcommand);
        return command;
    }

    private static Command List(CommandRunner runner)
    {
        var (include, length) = (Include(), new Parameters.Length());
        var command = length.AddTo(new Command("list", "Lists what is on sale, newest first.") { include });
        return runner.Runs(command, async (context, parsed, cancellationToken) => context.Print(
            await context.Client.GetListAsync(Source(parsed, include, search: null), length.Of(parsed), cancellationToken),
            products => ProductViews.Table(products)));
    }

    private static Command Search(CommandRunner runner)
    {
        var words = new Argument<string[]>("words")
        {
            Description = "What to look for in names and descriptions.",
            Arity = ArgumentArity.OneOrMore,
        };
        var (include, length) = (Include(), new Parameters.Length());
        var command = length.AddTo(new Command("search", "Searches the products, best match first.") { words, include });
        return runner.Runs(command, async (context, parsed, cancellationToken) =>
        {
            var source = Source(parsed, include, string.Join(' ', parsed.GetRequiredValue(words)));
            context.Print(
                await context.Client.GetListAsync(source, length.Of(parsed), cancellationToken),
                products => ProductViews.Table(products));
        });
    }

    private static Command Show(CommandRunner runner)
    {
        var (product, include) = (Parameters.Product(), Include());
        return runner.Runs(new Command("show", "Shows one product.") { product, include }, async (context, parsed, cancellationToken) =>
        {
            var id = await Lookup.ProductIdAsync(
                context.Client, parsed.GetRequiredValue(product), name => Source(parsed, include, name), cancellationToken);
            var found = parsed.GetValue(include) is { Length: > 0 }
                ? await context.Client.GetAnyProductAsync(id, cancellationToken)
                : await context.Client.GetProductAsync(id, cancellationToken);
            context.Print(found, product => ProductViews.AllDetails(product, context.Clock));
        });
    }

    private static Option<string[]> Include()
    {
        var include = new Option<string[]>("--include")
        {
            Description = "Also those not on sale (catalog and admin only).",
            AllowMultipleArgumentsPerToken = true,
        };
        return include.AcceptOnlyFromAmong("inactive", "deleted");
    }

    private static ListOf<ProductResponse> Source(ParseResult parsed, Option<string[]> include, string? search) =>
        parsed.GetValue(include) is { Length: > 0 } others
            ? Lists.AllProducts(string.Join(',', others.Distinct()), search)
            : Lists.Products(search);
}
