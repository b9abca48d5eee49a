using System.Globalization;
using System.Text;

namespace GoCart.Faults.LoadTable;

/// <summary>An answer as it lies in a connection's buffer: good until the connection sends again.</summary>
internal readonly ref struct Reply
{
    private static readonly Encoding Ascii = Encoding.ASCII;

    private readonly ReadOnlySpan<byte> _head;
    private readonly ReadOnlySpan<byte> _rest;

    private Reply(ReadOnlySpan<byte> head, ReadOnlySpan<byte> rest)
    {
        _head = head;
        _rest = rest;
    }

    /// <summary>After "HTTP/1.1 ".</summary>
    public int Status => int.Parse(_head[9..12], CultureInfo.InvariantCulture);

    public bool IsProblem => Header("Content-Type:").StartsWith("application/problem+json"u8);

    public bool SaysWhenToComeAgain => Header("Retry-After:").Length > 0;

    public bool EndsConnection => Header("Connection:").SequenceEqual("close"u8);

    /// <summary>The body; chunks are joined.</summary>
    public byte[] Body()
    {
        if (!IsChunked)
            return _rest.ToArray();

        var body = new List<byte>(_rest.Length);
        var rest = _rest;
        while (true)
        {
            var end = rest.IndexOf("\r\n"u8);
            var length = int.Parse(rest[..end], NumberStyles.HexNumber, CultureInfo.InvariantCulture);
            if (length == 0)
                return [.. body];
            body.AddRange(rest.Slice(end + 2, length));
            rest = rest[(end + 2 + length + 2)..];
        }
    }

    private bool IsChunked => Header("Transfer-Encoding:").SequenceEqual("chunked"u8);

    /// <summary>False while something of it is missing.</summary>
    public static bool TryRead(ReadOnlySpan<byte> received, out Reply reply)
    {
        reply = default;
        var end = received.IndexOf("\r\n\r\n"u8);
        if (end < 0)
            return false;

        reply = new Reply(received[..(end + 2)], received[(end + 4)..]);
        if (reply.Status is 204 or 304)
            return true;
        // The store's JSON has no line ends in it: nothing else than the last chunk looks like one.
        if (reply.IsChunked)
            return reply._rest.EndsWith("0\r\n\r\n"u8);
        var length = reply.Header("Content-Length:");
        return length.Length > 0 && reply._rest.Length == int.Parse(length, CultureInfo.InvariantCulture);
    }

    /// <summary>Kestrel writes the names of headers as they are written here.</summary>
    private ReadOnlySpan<byte> Header(string name)
    {
        Span<byte> key = stackalloc byte[name.Length + 2];
        "\r\n"u8.CopyTo(key);
        Ascii.GetBytes(name, key[2..]);
        var at = _head.IndexOf(key);
        if (at < 0)
            return [];
        var value = _head[(at + key.Length)..];
        return value[..value.IndexOf("\r\n"u8)].Trim((byte)' ');
    }
}
