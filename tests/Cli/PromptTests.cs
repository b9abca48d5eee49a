using GoCart.Cli;
using GoCart.Cli.Terminals;

namespace GoCart.Tests.Cli;

/// <summary>The line that is typed at a prompt.</summary>
public sealed class PromptTests
{
    [Theory]
    [InlineData("mug\n", "mug")]
    [InlineData("mugs\b\n", "mug")]
    [InlineData("\b\bmug\n", "mug")]
    [InlineData("a👩\u200D👩\u200D👧\bb\n", "ab")]
    [InlineData("e\u0301\bo\n", "o")]
    [InlineData("wrong\u0015right\n", "right")]
    [InlineData("half\u0004\n", "half")]
    [InlineData("tab\tbell\u0007\n", "tabbell")]
    [InlineData("mug\u001B", null)]
    public async Task A_line_is_typed_and_edited(string keys, string? expected) =>
        Assert.Equal(expected, await PromptFor(keys, out _).AskAsync("Name:", Cancelled));

    [Fact]
    public async Task A_line_that_stands_there_already_is_edited()
    {
        var answer = await PromptFor("\b9\n", out var shown).AskAsync("Price:", Cancelled, initial: "19.98");

        Assert.Equal("19.99", answer);
        Assert.Equal("Price: 19.98\b \b9\n", shown.ToString());
    }

    [Fact]
    public async Task What_is_wide_is_erased_as_wide()
    {
        await PromptFor("手\b\n", out var shown).AskAsync("Name:", Cancelled);

        Assert.Equal("Name: 手\b \b\b \b\n", shown.ToString());
    }

    [Fact]
    public async Task A_secret_shows_nothing_not_even_its_length()
    {
        var answer = await PromptFor("password12\b\u0015secret\b\n", out var shown).AskSecretAsync("Password:", Cancelled);

        Assert.Equal("secre", answer);
        Assert.Equal("Password: \n", shown.ToString());
    }

    [Fact]
    public async Task Ctrl_D_on_an_empty_line_ends_the_input() =>
        await Assert.ThrowsAsync<EndOfInputException>(() => PromptFor("", out _).AskAsync("Name:", Cancelled));

    [Theory]
    [InlineData("y\n", true)]
    [InlineData("YES\n", true)]
    [InlineData("maybe\n\nn\n", false)]
    [InlineData("\u001B", false)]
    public async Task A_question_is_repeated_until_it_is_answered(string keys, bool expected) =>
        Assert.Equal(expected, await PromptFor(keys, out _).ConfirmAsync("Order this?", Cancelled));

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    private static Prompt PromptFor(string keys, out StringWriter shown)
    {
        shown = new StringWriter { NewLine = "\n" };
        var environment = new CliEnvironment
        {
            Variable = name => name == "NO_COLOR" ? "1" : null,
            In = TextReader.Null,
            Out = new OutputStream(shown, IsTerminal: true, Width: 80, Height: 50),
            Error = new OutputStream(TextWriter.Null, IsTerminal: true, Width: 80, Height: 50),
        };
        return new Prompt(environment.Out.OpenConsole(environment), new Keys(keys));
    }
}
