using System.Text.Json;
using GoCart.Cli.Formats;

namespace GoCart.Tests.Cli;

public sealed class SafeTextTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("\u001B[31mred\u001B[0m", "red")]
    [InlineData("\u009B31mred", "red")]
    [InlineData("a\u001B]0;new title\u0007b", "ab")]
    [InlineData("a\u001B]8;;http://evil\u001B\\b", "ab")]
    [InlineData("a\u001B]0;never ended", "a")]
    [InlineData("a\u001BP1$r\u001B\\b", "ab")]
    [InlineData("a\u001Bcb", "ab")]
    [InlineData("a\u001B", "a")]
    [InlineData("bell\u0007 back\b null\0 delete\u007F", "bell back null delete")]
    [InlineData("price \u202E99.1\u202C", "price 99.1")]
    [InlineData("a\r\nb\tc\u0085d", "a b c d")]
    [InlineData("[bold]brackets[/]", "[bold]brackets[/]")]
    [InlineData("👩‍👩‍👧 手帳 é", "👩‍👩‍👧 手帳 é")]
    [InlineData(null, "")]
    public void Nothing_that_a_terminal_obeys_is_left_on_a_line(string? text, string expected) =>
        Assert.Equal(expected, SafeText.Line(text));

    // Not among the cases above: an attribute cannot hold it.
    [Fact]
    public void Half_a_surrogate_pair_is_replaced() => Assert.Equal("half \uFFFD", SafeText.Line("half \uD83D"));

    [Fact]
    public void Descriptions_keep_their_lines() =>
        Assert.Equal("one\ntwo\nthree", SafeText.Block("one\r\ntwo\u001B[2J\rthree\n"));

    [Fact]
    public void Json_keeps_its_meaning_and_loses_its_controls()
    {
        const string json = "{\n\t\"name\": \"a\u009B31m\u202Eb 手帳 \\u001b\", \"price_cents\": 1999.00}";

        var safe = SafeText.Json(json);

        Assert.Equal("{\n\t\"name\": \"a\\u009b31m\\u202eb 手帳 \\u001b\", \"price_cents\": 1999.00}", safe);
        Assert.Equal(
            JsonDocument.Parse(json).RootElement.GetProperty("name").GetString(),
            JsonDocument.Parse(safe).RootElement.GetProperty("name").GetString());
    }
}
