using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Cli;

/// <summary>The picture in the README is drawn from a run of the client, and is checked against one.</summary>
public sealed class PictureTests(StoreFixture store) : IClassFixture<StoreFixture>
{
    private const int Columns = 80;

    [Fact]
    public async Task The_picture_in_the_readme_shows_what_happens()
    {
        foreach (var (name, priceCents, stock) in new[]
        {
            ("Reading lamp", 3450, 14), ("Travel umbrella", 2500, 40), ("Fountain pen", 4995, 0),
            ("Notebook, dotted", 650, 120), ("Coffee mug", 1999, 3),
        })
        {
            var product = await store.CreateProductAsync(stock, priceCents, name);
            // The list shows the newest first, and of one millisecond nobody knows which.
            await Eventually.GetAsync(
                () => Task.FromResult(TimeProvider.System.GetUtcNow()), now => now > product.CreatedAt.AddMilliseconds(1));
        }

        using var terminal = new TestTerminal(store.Gateway.Address) { Width = Columns };
        (await terminal.RunWithInputAsync("password123\n", "register", "ann@example.com", "--password-stdin")).Succeeded();
        (await terminal.RunAsync("cart", "add", "Notebook, dotted", "4")).Succeeded();
        var shown = await Conversation.TypeAsync(terminal, "1\n1\n2\n\n2\nc\ny\n");
        var end = shown.IndexOf('\n', shown.IndexOf("Ordered,", StringComparison.Ordinal));

        Snapshot.MatchesFile("docs/cli.svg", TerminalPicture.Draw("gocart", shown[..end], Columns));
    }
}
