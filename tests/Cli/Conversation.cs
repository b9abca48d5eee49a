using System.Text.RegularExpressions;
using GoCart.Cli;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Cli;

/// <summary>Somebody types, the menu answers.</summary>
internal static partial class Conversation
{
    /// <returns>What stood on the screen at the end, with everything that differs from run to run made the same.</returns>
    public static async Task<string> TypeAsync(StoreFixture store, string keys)
    {
        using var terminal = new TestTerminal(store.Gateway.Address) { Variables = { ["NO_COLOR"] = "1" } };
        return await TypeAsync(terminal, keys);
    }

    public static async Task<string> TypeAsync(TestTerminal terminal, string keys)
    {
        terminal.Keyboard = new Keys(keys);
        var result = await terminal.RunAsync();

        Assert.True(result.ExitCode == ExitCode.Ok, result.Out);
        Assert.Empty(result.Error);
        var shown = Id().Replace(Waiting().Replace(Erased(result.Out), ""), "01900000-0000-7000-8000-000000000000");
        return Time().Replace(shown, time => "2026-01-02 12:00:00"[..time.Length]);
    }

    /// <summary>What is left on the screen where a character was typed and taken back.</summary>
    private static string Erased(string shown)
    {
        while (Backspace().IsMatch(shown))
            shown = Backspace().Replace(shown, "", 1);
        return shown;
    }

    // Shown only when the stock takes longer than the store holds its answer back.
    [GeneratedRegex("Ordered\\. Waiting.*\n")]
    private static partial Regex Waiting();

    [GeneratedRegex("[^\b]\b \b")]
    private static partial Regex Backspace();

    [GeneratedRegex("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")]
    private static partial Regex Id();

    [GeneratedRegex("[0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2}(:[0-9]{2})?")]
    private static partial Regex Time();
}
