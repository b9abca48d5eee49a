using GoCart.Cli;
using GoCart.Cli.Api;
using GoCart.Cli.Sessions;

namespace GoCart.Tests.Cli;

/// <summary>Headers and addresses: small texts with rules of their own.</summary>
public sealed class StoreAnswerTests
{
    [Theory]
    [InlineData("refresh_token=abc123; Path=/api; HttpOnly; Secure; SameSite=Strict", "abc123")]
    [InlineData("refresh_token=abc=; Max-Age=5", "abc=")]
    [InlineData("other=1; refresh_token=no", null)]
    [InlineData("Refresh_Token=case", null)]
    [InlineData("refresh_token=; Max-Age=0", null)]
    [InlineData("refresh_token=a b", null)]
    [InlineData("refresh_token", null)]
    public void The_refresh_token_is_read_from_its_cookie(string header, string? expected) =>
        Assert.Equal(expected, RefreshCookie.Read([header]));

    [Fact]
    public void The_last_cookie_of_that_name_counts() =>
        Assert.Equal("two", RefreshCookie.Read(["refresh_token=one", "x=y", "refresh_token=two; Path=/api"]));

    [Theory]
    [InlineData("</api/products?cursor=x>; rel=\"next\"", "/api/products?cursor=x")]
    [InlineData("</a>; rel=prev, </b>; rel=next", "/b")]
    [InlineData("</a>; title=\"rel=next, really\"; rel=\"last\", </b,c>; rel=\"first NEXT\"", "/b,c")]
    [InlineData("</a>; rel=\"prev\"", null)]
    [InlineData("", null)]
    [InlineData("nonsense", null)]
    public void The_next_page_is_read_from_the_link_header(string header, string? expected) =>
        Assert.Equal(expected, LinkHeader.Next([header]));

    [Theory]
    [InlineData("http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://127.0.0.1:8080/", "http://127.0.0.1:8080")]
    [InlineData("HTTPS://Shop.Example.com", "https://shop.example.com")]
    [InlineData("http://[::1]:80", "http://[::1]")]
    public void One_server_has_one_address(string text, string expected) =>
        Assert.Equal(expected, ServerAddress.Parse(text).ToString());

    [Theory]
    [InlineData("")]
    [InlineData("shop.example.com")]
    [InlineData("ftp://shop.example.com")]
    [InlineData("http://user:secret@shop.example.com")]
    [InlineData("https://shop.example.com/path")]
    [InlineData("https://shop.example.com/?q")]
    public void Other_addresses_are_a_usage_error(string text) =>
        Assert.Equal(ExitCode.Usage, Assert.Throws<CliException>(() => ServerAddress.Parse(text)).ExitCode);

    [Theory]
    [InlineData("/api/products?cursor=x")]
    [InlineData("https://evil.example.com/api/products?cursor=x")]
    [InlineData("//evil.example.com/api/products?cursor=x")]
    public void A_link_never_leads_to_another_server(string link) => Assert.Equal(
        new Uri("https://shop.example.com/api/products?cursor=x"),
        ServerAddress.Parse("https://shop.example.com").At(link));
}
