using System.Text;
using GoCart.Tests.Infrastructure;

namespace GoCart.Tests.Gateway;

/// <summary>
/// Requests that two readers could split in different places, or that never end properly: one answer, and the connection closes.
/// The same at the gateway and straight at a service.
/// </summary>
[Collection(GatewayStore.Name)]
public sealed class FramingTests(StoreFixture store)
{
    private const string Post = "POST /api/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    private const string Get = "GET /api/products HTTP/1.1\r\nHost: localhost\r\n";

    public static TheoryData<string, string> Broken => new()
    {
        { "chunked beside a length", Post + "Content-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "two lengths", Post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}" },
        { "the same length twice", Post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}" },
        { "a length with a plus", Post + "Content-Length: +3\r\n\r\n{} " },
        { "a length with a minus", Post + "Content-Length: -3\r\n\r\n{} " },
        { "a length in hexadecimal", Post + "Content-Length: 0x2\r\n\r\n{}" },
        { "a length of 30 digits", Post + "Content-Length: 000000000000000000000000000002\r\n\r\n{}" },
        { "chunks in HTTP/1.0", "POST /api/users HTTP/1.0\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n" },
        { "a second transfer encoding", Post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n" },
        { "an unknown transfer encoding", Post + "Transfer-Encoding: identity\r\n\r\n" },
        { "bare line feeds", "GET /api/products HTTP/1.1\nHost: localhost\n\n" },
        { "a bare line feed in a header", Get + "A: b\nX-Role: admin\r\n\r\n" },
        { "a bare carriage return in a header", Get + "A: b\rX-Role: admin\r\n\r\n" },
        { "a folded header", Get + "A: b\r\n c\r\n\r\n" },
        { "a blank before the colon", Get + "A : b\r\n\r\n" },
        { "no host", "GET /api/products HTTP/1.1\r\n\r\n" },
        { "two hosts", Get + "Host: other\r\n\r\n" },
        { "another host in the target", "GET http://evil.example/api/products HTTP/1.1\r\nHost: localhost\r\n\r\n" },
        { "101 headers", Get + string.Concat(Enumerable.Range(0, 101).Select(i => $"H{i}: x\r\n")) + "\r\n" },
        { "a header of 33 KB", Get + $"A: {new string('x', 33_000)}\r\n\r\n" },
        { "a path of 9 KB", $"GET /api/products/{new string('a', 9_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n" },
    };

    [Theory]
    [MemberData(nameof(Broken))]
    public async Task A_broken_request_gets_one_refusal_and_the_connection_closes(string name, string request)
    {
        foreach (var process in (RunningService[])[store.Gateway, store.Users])
        {
            // What comes after it must not be taken for a request.
            var answer = await RawHttp.SendAsync(process.Address, Encoding.Latin1.GetBytes(request + Get + "\r\n"));

            Assert.True(Answers(answer) == 1, $"{name}: {answer}");
            Assert.Matches("^HTTP/1.1 (400|414|431) ", answer);
        }
    }

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
