using System.Diagnostics;
using GoCart.Cli;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Cli;

/// <summary>What a script may rely on, as far as no store is needed for it.</summary>
public sealed class CommandLineTests : IDisposable
{
    private readonly TestTerminal _terminal = new();

    public void Dispose() => _terminal.Dispose();

    [Fact]
    public async Task Without_a_command_and_a_terminal_help_goes_to_standard_error()
    {
        var result = await _terminal.RunAsync();

        Assert.Equal(ExitCode.Usage, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.Contains("Commands:", result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Help_that_was_asked_for_is_data()
    {
        var result = await _terminal.RunAsync("orders", "--help");

        Assert.Equal(ExitCode.Ok, result.ExitCode);
        Assert.Contains("place", result.Out, StringComparison.Ordinal);
        Assert.Empty(result.Error);
    }

    [Theory]
    [InlineData("crat show", "\"crat\" does not belong here.", "Did you mean cart?")]
    [InlineData("products lst", "\"lst\" does not belong here.", "Did you mean list?")]
    [InlineData("cart", "gocart cart what? show, add, set, remove, clear", "See: gocart cart --help")]
    [InlineData("products list --limt 5", "\"--limt\" does not belong here.", "Did you mean --limit?")]
    [InlineData("products list --limit 0", "--limit: at least 1", "gocart products list --help")]
    [InlineData("products create --name Mug --price 1.999", "--price: A price has at most two decimals.", "")]
    [InlineData("products create --name Mug --price -1", "--price", "")]
    [InlineData("products create --name Mug", "--price", "")]
    [InlineData("products update Mug", "Nothing to change.", "--price 19.99")]
    [InlineData("cart add Mug 1000", "\"1000\" is not a quantity from 1 to 999.", "")]
    [InlineData("cart set Mug 1.5", "\"1.5\" is not a quantity from 1 to 999.", "")]
    [InlineData("orders show 42", "\"42\" is not the id of an order", "")]
    [InlineData("orders list --status lost", "lost", "")]
    [InlineData("explain stock Mug --at yesterday", "--at: a time with its zone", "")]
    [InlineData("explain stock Mug --at 2026-01-15", "--at: a time with its zone", "")]
    [InlineData("explain stock Mug --at 2026-01-15T09:30:00", "--at: a time with its zone", "")]
    [InlineData("explain stock Mug --at 15.01.2026T09:30:00Z", "--at: a time with its zone", "")]
    [InlineData("me --output xml", "xml", "")]
    [InlineData("me --server shop", "\"shop\" is not the address of a store.", "http://127.0.0.1:8080")]
    [InlineData("login ann@example.com", "There is no terminal to ask for the password.", "--password-stdin")]
    [InlineData("login --password-stdin", "the e-mail address must be an argument", "")]
    [InlineData("login ann@example.com --password-stdin", "There is no password on standard input.", "")]
    public async Task A_wrong_line_is_explained_and_ends_with_2(string line, string sentence, string hint)
    {
        var result = await _terminal.RunAsync(line.Split(' '));

        Assert.Equal(ExitCode.Usage, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.StartsWith("gocart: ", result.Error, StringComparison.Ordinal);
        Assert.Contains(sentence, result.Error, StringComparison.Ordinal);
        Assert.Contains(hint, result.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Who_is_not_signed_in_is_told_how()
    {
        var result = await _terminal.RunAsync("cart", "show", "--server", "http://127.0.0.1:1");

        Assert.Equal(ExitCode.NotSignedIn, result.ExitCode);
        Assert.Equal(
            "gocart: You are not signed in at http://127.0.0.1:1.\nSign in with: gocart login\n", result.Error);
    }

    [Fact]
    public async Task A_store_that_is_not_there_is_told_how_to_start()
    {
        // Nothing listens on port 1.
        var result = await _terminal.RunAsync("products", "list", "--server", "http://127.0.0.1:1");

        Assert.Equal(ExitCode.Failed, result.ExitCode);
        Assert.Empty(result.Out);
        Assert.Equal(
            "gocart: The store at http://127.0.0.1:1 cannot be reached: nothing listens there.\n"
            + "Start the store with: dotnet run --project src/AppHost\n",
            result.Error);
    }

    [Fact]
    public async Task A_password_does_not_travel_over_plain_http()
    {
        _terminal.Connect = _ => new NoConnections();

        var result = await _terminal.RunWithInputAsync(
            "password123\n", "login", "ann@example.com", "--password-stdin", "--server", "http://shop.example.com");

        Assert.Equal(ExitCode.Usage, result.ExitCode);
        Assert.Contains("everybody on the way could read them", result.Error, StringComparison.Ordinal);
        Assert.Contains("--insecure", result.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    public async Task There_is_a_completion_script_for(string shell)
    {
        var result = await _terminal.RunAsync("completion", shell);

        Assert.Equal(ExitCode.Ok, result.ExitCode);
        Assert.Contains("__complete", result.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Bash_completes_with_its_script()
    {
        var script = (await _terminal.RunAsync("completion", "bash")).Out;
        var asked = script + "\ngocart() { echo \"$@\" > /dev/stderr; echo orders; }\n"
            + "COMP_WORDS=(gocart or); COMP_CWORD=1; _gocart; echo \"${COMPREPLY[@]}\"";

        Assert.Equal("orders\n", await ProgramRun.OfSuccessAsync(new ProcessStartInfo("bash", ["-c", asked])));
    }

    [Theory]
    [InlineData("or", "orders")]
    [InlineData("orders|", "--help --insecure --output --server cancel list place show watch")]
    [InlineData("orders|w", "watch")]
    [InlineData("orders|list|--st", "--status")]
    [InlineData("orders|list|--status|pa", "paid")]
    [InlineData("products|update|A name|--na", "--name")]
    [InlineData("--output|", "json table")]
    [InlineData("nothing|like this|", "")]
    public async Task What_fits_is_offered(string words, string expected)
    {
        var result = await _terminal.RunAsync(["__complete", "--", .. words.Split('|')]);

        Assert.Equal(ExitCode.Ok, result.ExitCode);
        Assert.Equal(expected, string.Join(' ', result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)));
    }

    private sealed class NoConnections : HttpMessageHandler
    {
        protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken) =>
            throw new InvalidOperationException($"Nothing should be sent, but this was: {request.RequestUri}");
    }
}
