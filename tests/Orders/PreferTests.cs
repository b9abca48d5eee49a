using GoCart.Orders;

namespace GoCart.Tests.Orders;

public sealed class PreferTests
{
    [Theory]
    [InlineData(5, "wait=5")]
    [InlineData(10, "wait=10")]
    [InlineData(5, "Wait = 5")]
    [InlineData(5, "wait=\"5\"")]
    [InlineData(5, "respond-async, wait=5; note=\"x\", handling=lenient")]
    [InlineData(5, "respond-async", "wait=5")]
    [InlineData(5, "wait=5, wait=7")]
    [InlineData(null, "wait=x, wait=7")]
    [InlineData(null, "wait=0")]
    [InlineData(null, "wait=11")]
    [InlineData(null, "wait=99999999999")]
    [InlineData(null, "wait=-5")]
    [InlineData(null, "wait=+5")]
    [InlineData(null, "wait=5.0")]
    [InlineData(null, "wait")]
    [InlineData(null, "wait=")]
    [InlineData(null, "waiting=5")]
    [InlineData(null, ",;=\"")]
    [InlineData(null, "")]
    public void Seconds_are_read_as_RFC_7240_says_and_anything_else_is_ignored(int? seconds, params string[] headers)
    {
        var request = new DefaultHttpContext().Request;
        request.Headers["Prefer"] = headers;

        Assert.Equal(seconds, Prefer.WaitSeconds(request));
    }
}
