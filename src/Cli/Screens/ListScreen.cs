using GoCart.Cli.Api;
using GoCart.Cli.Formats;
using Spectre.Console.Rendering;

namespace GoCart.Cli.Screens;

/// <summary>Something else to do on a screen, by typing a letter.</summary>
internal sealed record Key(string Letter, string Label, Func<CancellationToken, Task> Do);

/// <summary>A list with numbered rows, page by page; a number opens its row.</summary>
internal sealed class ListScreen<T>(Shop shop)
{
    private const int PageSize = 15;

    public required string Title { get; init; }

    public required ListOf<T> List { get; init; }

    public required Func<IReadOnlyList<T>, IRenderable> View { get; init; }

    /// <summary>True if the list may look different afterwards. Null for a list only to be read.</summary>
    public Func<T, CancellationToken, Task<bool>>? Open { get; init; }

    public required string WhenEmpty { get; init; }

    public IReadOnlyList<Key> Keys { get; init; } = [];

    public async Task RunAsync(CancellationToken cancellationToken)
    {
        // A page is known by its path only; the way back is the way we came.
        var pages = new Stack<string>([List.Path(PageSize)]);
        while (true)
        {
            var page = await shop.Client.GetPageAsync(List, pages.Peek(), cancellationToken);
            shop.ShowTitle(Title);
            if (page.Items.Count > 0)
                shop.Show(View(page.Items));
            else
                shop.Terminal.Say(WhenEmpty);

            var isOutdated = false;
            while (!isOutdated)
            {
                if (await ChooseAsync(page, pages, cancellationToken) is not { } chosen)
                    return;

                isOutdated = true; // also if it fails
                await shop.TryAsync(async () => isOutdated = await chosen(cancellationToken));
            }
        }
    }

    /// <returns>What to do next, and whether the list is to be shown again after it; null to go back.</returns>
    private async Task<Func<CancellationToken, Task<bool>>?> ChooseAsync(
        Page<T> page, Stack<string> pages, CancellationToken cancellationToken)
    {
        var keys = new List<Key>(Keys);
        if (page.Next is { } next)
            keys.Add(new Key("n", "next page", _ => Turn(() => pages.Push(next))));
        if (pages.Count > 1)
            keys.Add(new Key("p", "previous page", _ => Turn(() => pages.Pop())));

        var choices = string.Join(", ", keys.Select(key => $"{key.Letter}: {key.Label}").Append("Enter: back"));
        while (await shop.Prompt.AskAsync(
            Open is not null && page.Items.Count > 0 ? $"Number: open, {choices} >" : $"{choices} >", cancellationToken) is { } answer)
        {
            if (string.IsNullOrWhiteSpace(answer))
                return null;
            if (Open is not null && WholeNumber.IndexOf(answer, page.Items.Count) is { } row)
                return token => Open(page.Items[row], token);
            if (keys.Find(key => key.Letter.Equals(answer.Trim(), StringComparison.OrdinalIgnoreCase)) is { } key)
                return token => DoAsync(key, token);
            shop.Terminal.Say("Type one of these.");
        }

        return null;
    }

    private static async Task<bool> DoAsync(Key key, CancellationToken cancellationToken)
    {
        await key.Do(cancellationToken);
        return true;
    }

    private static Task Turn(Action turn)
    {
        turn();
        return Task.CompletedTask;
    }
}
