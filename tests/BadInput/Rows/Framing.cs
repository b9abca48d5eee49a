namespace GoCart.Tests.BadInput.Rows;

/// <summary>Requests that two readers could end in different places, or begin in others. One refusal, and the connection closes.</summary>
internal static class Framing
{
    private const string Class = "framing";
    private const string Post = "POST /api/users HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n";
    private const string Get = "GET /api/products HTTP/1.1\r\nHost: localhost\r\n";
    private const string Chunked = "Transfer-Encoding: chunked\r\n";

    public static IEnumerable<BadRequest> Rows =>
    [
        Row("chunked beside a length", Post + "Content-Length: 5\r\n" + Chunked + "\r\n0\r\n\r\n"),
        Row("a length beside chunked", Post + Chunked + "Content-Length: 5\r\n\r\n0\r\n\r\n"),
        Row("chunked beside a length of nothing", Post + Chunked + "Content-Length: 0\r\n\r\n0\r\n\r\n"),
        Row("two lengths", Post + "Content-Length: 2\r\nContent-Length: 3\r\n\r\n{}"),
        Row("the same length twice", Post + "Content-Length: 2\r\nContent-Length: 2\r\n\r\n{}"),
        Row("two lengths in one", Post + "Content-Length: 2, 2\r\n\r\n{}"),
        Row("a length with a plus", Post + "Content-Length: +3\r\n\r\n{} "),
        Row("a length with a minus", Post + "Content-Length: -3\r\n\r\n{} "),
        Row("a length in hexadecimal", Post + "Content-Length: 0x2\r\n\r\n{}"),
        Row("a length with a point", Post + "Content-Length: 2.0\r\n\r\n{}"),
        Row("a length with a comma", Post + "Content-Length: 2,\r\n\r\n{}"),
        Row("an empty length", Post + "Content-Length: \r\n\r\n{}"),
        Row("a length in words", Post + "Content-Length: two\r\n\r\n{}"),
        Row("a length of 30 digits", Post + "Content-Length: 000000000000000000000000000002\r\n\r\n{}"),
        Row("a length over 64 bits", Post + "Content-Length: 18446744073709551618\r\n\r\n{}"),
        Row("a length with a blank inside", Post + "Content-Length: 1 0\r\n\r\n{}"),
        Row("chunks in HTTP/1.0", "POST /api/users HTTP/1.0\r\nHost: localhost\r\n" + Chunked + "\r\n0\r\n\r\n"),
        Row("a second transfer coding", Post + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n"),
        Row("a coding after the chunks", Post + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n"),
        Row("chunked twice", Post + "Transfer-Encoding: chunked, chunked\r\n\r\n0\r\n\r\n"),
        Row("chunked twice in two headers", Post + Chunked + Chunked + "\r\n0\r\n\r\n"),
        Row("chunked and another in two headers", Post + Chunked + "Transfer-Encoding: x\r\n\r\n0\r\n\r\n"),
        Row("an unknown transfer coding", Post + "Transfer-Encoding: identity\r\n\r\n"),
        Row("chunked with a letter more", Post + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n"),
        Row("chunked in quotes", Post + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n"),
        Row("chunked with a parameter", Post + "Transfer-Encoding: chunked;q=1\r\n\r\n0\r\n\r\n"),
        Row("an empty transfer coding", Post + "Transfer-Encoding: \r\n\r\n"),
        Row("chunked after a vertical tab", Post + "Transfer-Encoding: \vchunked\r\n\r\n0\r\n\r\n"),
        Row("a blank before the colon of the coding", Post + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n"),
        Row("a chunk without a size", Post + Chunked + "\r\n\r\n{}\r\n0\r\n\r\n"),
        Row("a chunk of a negative size", Post + Chunked + "\r\n-2\r\n{}\r\n0\r\n\r\n"),
        Row("a chunk with a plus", Post + Chunked + "\r\n+2\r\n{}\r\n0\r\n\r\n"),
        Row("a chunk with 0x", Post + Chunked + "\r\n0x2\r\n{}\r\n0\r\n\r\n"),
        Row("a chunk of a size over 64 bits", Post + Chunked + "\r\n10000000000000002\r\n{}\r\n0\r\n\r\n"),
        Row("a chunk longer than its size", Post + Chunked + "\r\n1\r\n{}\r\n0\r\n\r\n"),
        Row("a chunk that ends in a line feed", Post + Chunked + "\r\n2\r\n{}\n0\r\n\r\n"),
        Row("a chunk's size that ends in a line feed", Post + Chunked + "\r\n2\n{}\r\n0\r\n\r\n"),
        Row("a chunk's size that ends in a carriage return", Post + Chunked + "\r\n2\r{}\r\n0\r\n\r\n"),
        Row("bare line feeds", "GET /api/products HTTP/1.1\nHost: localhost\n\n"),
        Row("a bare line feed in a header", Get + "A: b\nX-Role: admin\r\n\r\n"),
        Row("a bare carriage return in a header", Get + "A: b\rX-Role: admin\r\n\r\n"),
        Row("a NUL in a header", Get + "A: b\0c\r\n\r\n"),
        Row("a NUL in a header's name", Get + "A\0: b\r\n\r\n"),
        Row("a folded header", Get + "A: b\r\n c\r\n\r\n"),
        Row("a header folded with a tab", Get + "A: b\r\n\tTransfer-Encoding: chunked\r\n\r\n"),
        Row("a first header that is folded", "GET /api/products HTTP/1.1\r\n Host: localhost\r\n\r\n"),
        Row("a blank before the colon", Get + "A : b\r\n\r\n"),
        Row("a header without a colon", Get + "Content-Length 5\r\n\r\n"),
        Row("a header without a name", Get + ": b\r\n\r\n"),
        Row("no host", "GET /api/products HTTP/1.1\r\n\r\n"),
        Row("two hosts", Get + "Host: other\r\n\r\n"),
        Row("the same host twice", Get + "Host: localhost\r\n\r\n"),
        Row("another host in the target", "GET http://evil.example/api/products HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Row("101 headers", Get + string.Concat(Enumerable.Range(0, 101).Select(i => $"H{i}: x\r\n")) + "\r\n"),
        Row("a header of 33 KB", Get + $"A: {new string('x', 33_000)}\r\n\r\n"),
        Row("a header's name of 33 KB", Get + $"{new string('x', 33_000)}: a\r\n\r\n"),
        Row("cookies of 33 KB", Get + $"Cookie: {string.Concat(Enumerable.Repeat("a=b; ", 6_600))}\r\n\r\n"),
        Row("a path of 9 KB", $"GET /api/products/{new string('a', 9_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Row("a query of 9 KB", $"GET /api/products?q={new string('a', 9_000)} HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Row("no version", "GET /api/products\r\nHost: localhost\r\n\r\n"),
        Row("HTTP/0.9", "GET /api/products HTTP/0.9\r\nHost: localhost\r\n\r\n") with { OrStatus = 505 },
        Row("HTTP in small letters", "GET /api/products http/1.1\r\nHost: localhost\r\n\r\n") with { OrStatus = 505 },
        Row("a word after the version", "GET /api/products HTTP/1.1 x\r\nHost: localhost\r\n\r\n"),
        Row("a tab in the request line", "GET\t/api/products\tHTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Row("two blanks in the request line", "GET  /api/products HTTP/1.1\r\nHost: localhost\r\n\r\n"),
        Row("TLS", "\u0016\u0003\u0001\u0002\0\u0001\0\u0001\u00fc\u0003\u0003" + new string('\0', 40) + "\r\n\r\n"),
        Row("SMTP", "EHLO localhost\r\nMAIL FROM:<a@example.com>\r\n\r\n"),
        Row("no HTTP", "hello\r\n\r\n"),
        Row("a header of a proxy", "PROXY TCP4 127.0.0.1 127.0.0.1 1 2\r\n" + Get + "\r\n"),
        Row("characters that are not ASCII in the target", "GET /api/products/\u00e9 HTTP/1.1\r\nHost: localhost\r\n\r\n"),
    ];

    private static BadRequest Row(string name, string request) =>
        BadRequest.Plain(Class, name, Line(request), 400, null) with { Raw = request, Sender = Sender.Nobody };

    private static string Line(string request) => request.StartsWith("POST", StringComparison.Ordinal) ? "POST /api/users" : "GET /api/products";
}
