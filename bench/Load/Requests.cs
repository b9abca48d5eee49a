using System.Text;

namespace GoCart.Bench.Load;

/// <summary>Requests as bytes.</summary>
internal static class Requests
{
    public static byte[] Get(string path, string? token = null) => Render("GET", path, token, null, []);

    public static byte[] Post(string path, string? token, string? body, params string[] headers) =>
        Render("POST", path, token, body, headers);

    public static byte[] Patch(string path, string token, string body) => Render("PATCH", path, token, body, []);

    public static byte[] Delete(string path, string token) => Render("DELETE", path, token, null, []);

    private static byte[] Render(string method, string path, string? token, string? body, string[] headers)
    {
        var request = new StringBuilder($"{method} {path} HTTP/1.1\r\nHost: 127.0.0.1\r\n");
        if (token is not null)
            request.Append($"Authorization: Bearer {token}\r\n");
        foreach (var header in headers)
            request.Append(header).Append("\r\n");
        if (body is not null)
            request.Append("Content-Type: application/json\r\n");
        if (method is "POST" or "PATCH")
            request.Append($"Content-Length: {Encoding.UTF8.GetByteCount(body ?? "")}\r\n");
        return Encoding.UTF8.GetBytes(request.Append("\r\n").Append(body).ToString());
    }
}
