using System.Collections.Concurrent;
using System.Globalization;
using System.Text;

namespace GoCart.Faults.Checks;

/// <summary>
/// Counts on the lines to a service how often each request is sent: of what one client asked for, by its trace id, a read may
/// come twice from the same sender, and anything else once.
/// </summary>
internal sealed class RepeatedRequests
{
    private readonly ConcurrentDictionary<(int Line, string Request, string Trace), int> _counts = new();
    private volatile bool _isCounting;

    /// <summary>Forgets what was, and counts from now on.</summary>
    public void Begin()
    {
        _counts.Clear();
        _isCounting = true;
    }

    /// <returns>The requests that came too often.</returns>
    public IReadOnlyList<string> End()
    {
        _isCounting = false;
        var repeated = _counts.Where(count => count.Value > (count.Key.Request.StartsWith("GET ", StringComparison.Ordinal) ? 2 : 1))
            .Select(count => $"{count.Key.Request} was sent {count.Value} times (trace {count.Key.Trace})").ToList();
        _counts.Clear();
        return repeated;
    }

    /// <param name="line">From whom to whom.</param>
    public Action<ReadOnlyMemory<byte>> ListenTo(int line) => new Connection(this, line).Add;

    private void Count(int line, string request, string trace)
    {
        if (_isCounting)
            _counts.AddOrUpdate((line, request, trace), 1, (_, count) => count + 1);
    }

    /// <summary>One connection's requests, one after the other: heads, and bodies of a length that the head says.</summary>
    private sealed class Connection(RepeatedRequests requests, int line)
    {
        private readonly StringBuilder _head = new();
        private int _bodyLeft;

        public void Add(ReadOnlyMemory<byte> bytes)
        {
            while (bytes.Length > 0)
            {
                var skipped = Math.Min(_bodyLeft, bytes.Length);
                _bodyLeft -= skipped;
                bytes = bytes[skipped..];

                var end = bytes.Span.IndexOf((byte)'\n');
                var taken = end < 0 ? bytes.Length : end + 1;
                _head.Append(Encoding.ASCII.GetString(bytes.Span[..taken]));
                bytes = bytes[taken..];
                if (EndsWithEmptyLine())
                    Read();
            }
        }

        private bool EndsWithEmptyLine() =>
            _head.Length >= 4 && _head[^1] == '\n' && _head[^2] == '\r' && _head[^3] == '\n' && _head[^4] == '\r';

        private void Read()
        {
            var lines = _head.ToString().Split("\r\n");
            _head.Clear();
            if (Header(lines, "content-length") is { } length)
                _bodyLeft = int.Parse(length, CultureInfo.InvariantCulture);
            // traceparent: 00-TRACE-SPAN-FLAGS; each attempt is a span of its own.
            if (Header(lines, "traceparent")?.Split('-') is [_, var trace, ..])
                requests.Count(line, lines[0], trace);
        }

        private static string? Header(string[] lines, string name) => lines
            .Where(text => text.StartsWith(name + ":", StringComparison.OrdinalIgnoreCase))
            .Select(text => text[(name.Length + 1)..].Trim()).FirstOrDefault();
    }
}
