using System.Text;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>
/// Where a request ends, and what may be in it. The same at the gateway and straight at a service; requests whose end is not
/// clear are in the table of bad input.
/// </summary>
[Collection(GatewayStore.Name)]
public sealed class FramingTests(StoreFixture store)
{
    private const string Post = "POST /api/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    private const string Get = "GET /api/products HTTP/1.1\r\nHost: localhost\r\n";

    [Fact]
    public async Task A_request_hidden_in_a_body_is_part_of_the_body()
    {
        var hidden = "GET /admin/products HTTP/1.1\r\nHost: localhost\r\n\r\n";

        foreach (var process in (RunningService[])[store.Gateway, store.Products])
        {
            var answer = await RawHttp.SendAsync(process.Address, Encoding.Latin1.GetBytes(
                Get + $"Connection: close\r\nContent-Length: {hidden.Length}\r\n\r\n{hidden}"));
            Assert.Equal(1, Answers(answer));
            Assert.StartsWith("HTTP/1.1 200 ", answer, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task HTTP_2_without_TLS_is_not_spoken()
    {
        var answer = await RawHttp.SendAsync(store.Gateway.Address, "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\u0004\0\0\0\0\0"u8.ToArray());

        // A GOAWAY at most: no settings, no stream.
        Assert.True(answer.Length <= 17, answer);
    }

    [Fact]
    public async Task A_body_of_66_KB_is_413_in_chunks_or_not()
    {
        var large = new string('x', 66_000);
        foreach (var body in (string[])[$"Content-Length: {large.Length}\r\n\r\n{large}", $"Transfer-Encoding: chunked\r\n\r\n{large.Length:x}\r\n{large}\r\n0\r\n\r\n"])
        {
            foreach (var process in (RunningService[])[store.Gateway, store.Users])
            {
                var answer = await RawHttp.SendAsync(process.Address, Encoding.Latin1.GetBytes(Post + "Connection: close\r\n" + body));
                Assert.StartsWith("HTTP/1.1 413 ", answer, StringComparison.Ordinal);
                Assert.Contains("\"code\":\"payload_too_large\"", answer, StringComparison.Ordinal);
            }
        }
    }

    private static int Answers(string answer) => answer.Split("HTTP/1.1 ").Length - 1;
}
