using System.CommandLine;
using GoCart.Cli.Commands;
using GoCart.Cli.Terminals;
using Spectre.Console;

namespace GoCart.Cli.Screens;

/// <summary>What <c>gocart</c> does without a command: the first screen, the shop, and back.</summary>
internal static class Menu
{
    public const string Banner = "ECOM CLI - E-Commerce Store";

    public static async Task<int> RunAsync(
        CliEnvironment environment, GlobalOptions options, ParseResult parsed, CancellationToken cancellationToken)
    {
        var terminal = new Terminal(environment, environment.Out.OpenConsole(environment));
        var prompt = terminal.Prompt ?? throw CliException.Usage("The menu needs a terminal.");
        using var client = options.OpenClient(parsed, environment);
        var shop = new Shop(client, terminal, prompt);

        shop.Show(new Panel(new Text(Banner, new Style(Color.Aqua, decoration: Decoration.Bold))) { Border = BoxBorder.Rounded });
        try
        {
            while (await ShowScreenAsync(shop, cancellationToken))
            {
            }
        }
        catch (EndOfInputException)
        {
            // The same as Exit.
        }
        catch (OperationCanceledException)
        {
            // Progress hides the cursor, and ^C stands at the end of a line.
            terminal.Console.Cursor.Show();
            terminal.Say("");
            throw;
        }

        terminal.Say("Goodbye.");
        return ExitCode.Ok;
    }

    /// <returns>False when the person is done.</returns>
    private static async Task<bool> ShowScreenAsync(Shop shop, CancellationToken cancellationToken)
    {
        try
        {
            if (shop.Client.Session is not { } session)
                return await new StartScreen(shop).RunAsync(cancellationToken);

            shop.Client.ActFor(session);
            return await new ShopScreen(shop, session).RunAsync(cancellationToken);
        }
        catch (CliException failure) when (failure is not EndOfInputException)
        {
            shop.Terminal.SayFailure(failure);
            return true;
        }
    }
}
