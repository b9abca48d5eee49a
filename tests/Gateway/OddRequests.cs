using System.Globalization;
using System.Text;

namespace GoCart.Tests.Gateway;

/// <summary>Makes requests that a careless reader would misread: good ones, with oddities put in at random.</summary>
internal sealed class OddRequests(int seed, IReadOnlyDictionary<string, string> tokens, string id)
{
    private static readonly string[] Lines =
    [
        "GET /api/products", "GET /api/products/{id}", "GET /api/me", "GET /api/cart", "POST /api/cart/items", "PATCH /api/cart/items/{id}",
        "DELETE /api/cart/items/{id}", "GET /api/orders", "GET /api/orders/{id}", "DELETE /api/orders/{id}", "POST /api/orders", "POST /api/refresh",
        "GET /admin/products", "PATCH /admin/products/{id}", "GET /admin/products/{id}/stock", "GET /admin/orders", "PATCH /admin/orders/{id}", "HEAD /api/products",
    ];

    private static readonly string[] InPaths =
    [
        "/", "//", "/.", "/..", "/../", "/./", ";", ";x=1", "\\", "%2f", "%2F", "%5c", "%2e", "%2e%2e", "%00", "%20", "%09", "%0a", "%25", "%252f", "%23", "%3f", "%3b", "%c0%af",
        "%e2%80%ae", "%C3%A9", "%ff", "%", "%2", "%zz", "#", "#x", "~", "*", ":", "@", "'", "\"", "{", "}", "|", "^", "`", "<", "+", "&", "=", ",", "$", "!", "(", ")", "internal", "admin", "%61", "%41", "A", ".json",
    ];

    private static readonly string[] Queries =
    [
        "limit=1", "limit=2", "LIMIT=3", "limit[]=1", "limit%20=1", "%6cimit=1", "l%69mit=2", "limit=1%26limit=2", "limit=%31", "q=a", "q=a+b", "q=a%20b", "q=%C3%A9", "q=%ff", "q=%", "q=%zz", "q==", "q",
        "=x", "", "&", ";limit=1", "a;limit=1", "ids={id}", "ids={id},{id}", "ids=%7Bx", "ids", "status=pending", "Status=paid", "status=pending#x", "user_id={id}", "user%5Fid={id}", "user.id={id}", "at=2026-01-15T09:30:00+00:00",
        "at=2026-01-15T09:30:00%2B00:00", "cursor=", "include=deleted", "?limit=1", "/../admin", "q=%00", "q=\"a\"", "q='a'", "q=<a>", "q={a}", "q=[a]", "q=a\\b", "q=a^b", "q=a|b", "q=a`b", "access_token=x", "_method=DELETE",
    ];

    private static readonly string[] Headers =
    [
        "X-User-ID: {id}", "X-Role: admin", "X-Original-URL: /admin/products", "X-HTTP-Method-Override: DELETE", "X-Forwarded-Host: evil.example", "X-Forwarded-Prefix: /admin", "X-Forwarded-For: 10.0.0.1",
        "Connection: Authorization", "Connection: If-Match, Idempotency-Key", "Connection: Content-Type", "Connection: upgrade", "Upgrade: h2c", "HTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA", "TE: trailers", "Trailer: Authorization", "Expect: 100-continue",
        "Idempotency-Key: a", "Idempotency-Key: b", "idempotency-key: \"c\"", "IDEMPOTENCY-KEY:", "If-Match: *", "If-Match: \"1\"", "If-Match: \"2\", \"3\"", "if-match: W/\"1\"", "If-None-Match: *", "If-None-Match: \"1\"", "Prefer: wait=1", "Prefer: respond-async, wait=2",
        "Content-Type: application/json", "Content-Type: text/plain", "content-type: application/json; charset=utf-8", "Content-Encoding: identity", "Origin: http://localhost", "Origin: null", "Sec-Fetch-Site: same-origin", "Cookie: refresh_token=a",
        "Cookie: refresh_token=a; refresh_token=b", "Cookie: REFRESH_TOKEN=c; a=b", "Cookie: refresh_token=\"d\"", "Cookie: refresh_token=a%3Db", "Cookie:refresh_token=e;", "cookie: a=b, refresh_token=f", "Accept: */*", "Accept: text/html", "Range: bytes=0-1", "Via: 1.1 x", "Max-Forwards: 0",
    ];

    private static readonly string[] Bodies =
        ["", "{}", """{"quantity":2}""", """{"product_id":"{id}","quantity":1}""", """{"status":"cancelled"}""", """{"stock":5}""", "null", "x"];

    private readonly Random _random = new(seed);

    public byte[] Next()
    {
        var parts = Pick(Lines).Split(' ');
        var method = Chance(12) ? Pick(["GET", "POST", "PATCH", "DELETE", "HEAD", "get", "PUT", "OPTIONS"]) : parts[0];
        var path = parts[1];
        for (var times = _random.Next(3); times > 0 && Chance(2); times--)
            path = path.Insert(_random.Next(path.Length + 1), Pick(InPaths));
        if (Chance(15))
            path = EscapeOne(path);
        if (Chance(20))
            path = (Chance(2) ? "http://localhost" : "HTTP://LOCALHOST") + path;
        if (Chance(2))
            path += "?" + string.Join('&', Enumerable.Range(0, _random.Next(1, 4)).Select(_ => Pick(Queries)));

        var head = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n");
        foreach (var _ in Enumerable.Range(0, _random.Next(4)))
            head.Append(Pick(Headers)).Append("\r\n");
        AppendTokens(head);
        return Encoding.Latin1.GetBytes(AppendBody(head).Replace("{id}", id, StringComparison.Ordinal));
    }

    private void AppendTokens(StringBuilder head)
    {
        foreach (var name in Chance(15) ? ["customer", "admin"] : Chance(6) ? (string[])[] : [Pick([.. tokens.Keys])])
            head.Append(Chance(8) ? "authorization: bearer " : "Authorization: Bearer ").Append(tokens[name]).Append("\r\n");
    }

    private string AppendBody(StringBuilder head)
    {
        var body = Pick(Bodies).Replace("{id}", id, StringComparison.Ordinal);
        if (body.Length > 0 && Chance(2))
            head.Append("Content-Type: application/json\r\n");
        if (!Chance(3))
            return body.Length == 0 && Chance(2) ? $"{head}\r\n" : $"{head}Content-Length: {body.Length}\r\n\r\n{body}";

        // In chunks of a byte or two, with an extension now and then, and a trailer that means nothing.
        head.Append("Transfer-Encoding: chunked\r\n\r\n");
        foreach (var chunk in body.Chunk(_random.Next(1, 3)))
            head.Append(CultureInfo.InvariantCulture, $"{chunk.Length:x}{(Chance(5) ? ";a=b" : "")}\r\n").Append(chunk).Append("\r\n");
        return $"{head}0\r\n{(Chance(4) ? "Authorization: Bearer x\r\n" : "")}\r\n";
    }

    private string EscapeOne(string path)
    {
        var at = _random.Next(path.Length);
        return string.Create(CultureInfo.InvariantCulture, $"{path[..at]}%{(int)path[at]:X2}{path[(at + 1)..]}");
    }

    private bool Chance(int oneIn) => _random.Next(oneIn) == 0;

    private string Pick(string[] choices) => choices[_random.Next(choices.Length)];
}
