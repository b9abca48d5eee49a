namespace GoCart.Tests.Infrastructure;

/// <summary>The watch over the logs of all tests sees what it is there for.</summary>
public sealed class LogWatchTests
{
    [Theory]
    [InlineData("somebody@example.com has signed in")]
    [InlineData("sent Authorization: Bearer eyJhbGciOiJFUzI1NiJ9.eyJzdWIiOiIwMTk4In0.c2lnbmF0dXJlLXNpZ25hdHVyZQ")]
    [InlineData("set refresh_token=abcdefghijklmnop")]
    [InlineData("tried " + StoreClients.Password)]
    public void A_secret_in_a_line_fails_the_test_when_the_service_stops(string line)
    {
        using var watch = new LogWatch();

        Write(watch, line);

        var failure = Assert.ThrowsAny<Exception>(watch.AssertNoSecrets);
        Assert.DoesNotContain(line, failure.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_line_without_one_does_not()
    {
        using var watch = new LogWatch();

        Write(watch, "The account admin@example.com exists with the password of the README.");

        watch.AssertNoSecrets();
    }

    private static void Write(LogWatch watch, string line) =>
        watch.CreateLogger("users").Log(LogLevel.Information, default, line, null, (text, _) => text);
}
