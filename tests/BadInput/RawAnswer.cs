using System.Globalization;
using System.Text;

namespace GoCart.Tests.BadInput;

/// <summary>What came back over the wire until the server closed.</summary>
internal sealed record RawAnswer(int Status, IReadOnlyDictionary<string, string> Headers, string Body, int Count, string Text)
{
    private const string Start = "HTTP/1.1 ";

    /// <param name="text">Every byte as a character.</param>
    public static RawAnswer Parse(string text)
    {
        var count = text.Split(Start).Length - 1;
        if (count == 0 || !text.StartsWith(Start, StringComparison.Ordinal))
            return new(0, new Dictionary<string, string>(), "", 0, text);

        var end = text.IndexOf("\r\n\r\n", StringComparison.Ordinal);
        var lines = text[..end].Split("\r\n");
        var headers = lines.Skip(1)
            .Select(line => line.Split(": ", 2))
            .GroupBy(parts => parts[0], StringComparer.OrdinalIgnoreCase)
            .ToDictionary(group => group.Key, group => string.Join(", ", group.Select(parts => parts[^1])), StringComparer.OrdinalIgnoreCase);
        var body = text[(end + 4)..];
        if (headers.GetValueOrDefault("Transfer-Encoding") == "chunked")
            body = WithoutChunks(body);
        return new(
            int.Parse(lines[0].Split(' ')[1], CultureInfo.InvariantCulture), headers,
            Encoding.UTF8.GetString(Encoding.Latin1.GetBytes(body)), count, text);
    }

    private static string WithoutChunks(string body)
    {
        var result = new StringBuilder();
        for (var at = 0; at < body.Length;)
        {
            var line = body.IndexOf("\r\n", at, StringComparison.Ordinal);
            var size = int.Parse(body[at..line], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (size == 0)
                break;
            result.Append(body, line + 2, size);
            at = line + 2 + size + 2;
        }
        return result.ToString();
    }
}
