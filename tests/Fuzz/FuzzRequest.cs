using System.Text;
using System.Text.Json.Nodes;

namespace GoCart.Tests.Fuzz;

/// <summary>A request for an operation, and what is known about its answer.</summary>
/// <param name="IsOdd">Something in it was not made after the document.</param>
/// <param name="MustBeRefused">The body breaks the document's rules for certain.</param>
/// <param name="HasToken">It carries the token that the operation wants.</param>
internal sealed record FuzzRequest(ApiOperation Operation, byte[] Bytes, bool IsOdd, bool MustBeRefused, bool HasToken)
{
    public override string ToString() => $"{Operation}\n{Encoding.Latin1.GetString(Bytes)}";
}

/// <summary>Makes requests after the document: every other one as it says, the others with something wrong.</summary>
internal sealed class RequestMaker(Random random, ApiDocument document, IReadOnlyList<string> ids, string customer, string admin)
{
    private readonly Values _values = new(random, document, ids);
    private bool _isOdd;
    private bool _mustBeRefused;

    public FuzzRequest Make(ApiOperation operation)
    {
        (_isOdd, _mustBeRefused) = (false, false);
        var target = Target(operation);
        var headers = Headers(operation);
        var hasToken = !Chance(25);
        if (!operation.IsForAnybody && hasToken)
            headers += $"Authorization: Bearer {(operation.IsForAdmins ? admin : customer)}\r\n";

        var body = Body(operation);
        if (body is not null)
            headers += $"Content-Type: {(Odd(40) ? _values.OddText().ReplaceLineEndings("") : "application/json")}\r\n";
        if (body is not null || operation.Method is "POST" or "PATCH")
            headers += $"Content-Length: {body?.Length ?? 0}\r\n";

        byte[] bytes =
        [
            .. Encoding.UTF8.GetBytes($"{operation.Method} {target} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n{headers}\r\n"),
            .. body ?? [],
        ];
        return new(operation, bytes, _isOdd, _mustBeRefused && hasToken && !_isOdd, hasToken);
    }

    private string Target(ApiOperation operation)
    {
        var path = operation.Path.Replace(
            "{id}", Odd(8) ? Uri.EscapeDataString(WithoutSurrogates(_values.OddText())) : _values.Pick(ids), StringComparison.Ordinal);
        var query = new List<string>();
        foreach (var parameter in operation.Parameters.Select(document.Resolve).Where(parameter => $"{parameter["in"]}" == "query"))
        {
            if (Chance(2))
                continue;
            var value = Odd(3) ? _values.OddText() : $"{_values.Fitting(parameter["schema"], $"{parameter["name"]}")}";
            query.Add($"{parameter["name"]}={(Odd(20) ? "%" : Uri.EscapeDataString(WithoutSurrogates(value)))}");
        }
        if (Odd(10))
            query.Add($"{Uri.EscapeDataString(WithoutSurrogates(_values.OddText()))}={Uri.EscapeDataString(WithoutSurrogates(_values.OddText()))}");
        return query.Count == 0 ? path : $"{path}?{string.Join('&', query)}";
    }

    private string Headers(ApiOperation operation)
    {
        var names = operation.Parameters.Select(document.Resolve)
            .Where(parameter => $"{parameter["in"]}" == "header").Select(parameter => $"{parameter["name"]}");
        var headers = new StringBuilder();
        foreach (var name in names.Concat(["If-Match", "If-None-Match", "Accept", "traceparent"]).Where(_ => Chance(5)))
        {
            _isOdd = true;
            headers.Append(name).Append(": ").Append(_values.OddText().ReplaceLineEndings("")).Append("\r\n");
        }
        return headers.ToString();
    }

    private byte[]? Body(ApiOperation operation)
    {
        if (operation.BodySchema is not { } schema)
            return Odd(15) ? Encoding.UTF8.GetBytes(_values.OddJson()) : null;

        var body = _values.Fitting(schema)!.AsObject();
        switch (random.Next(8))
        {
            case 0:
                return Bytes(WithOneChanged(body));
            case 1:
                _mustBeRefused = true;
                return Bytes(Joined([.. Members(body), $"\"{(char)random.Next('a', 'z')}_unknown\":{_values.Pick(["1", "null", "\"a\"", "[]"])}"]));
            case 2 when body.Count > 0:
                _mustBeRefused = true;
                return Bytes(Joined([.. Members(body), Members(body)[random.Next(body.Count)]]));
            case 3 when body.Count > 0:
                _mustBeRefused = true;
                return Bytes(body.ToJsonString()[..^random.Next(1, body.ToJsonString().Length)]);
            case 4:
                _isOdd = true;
                return WithOneByteChanged(Bytes(body.ToJsonString()));
            default:
                return Bytes(body.ToJsonString());
        }
    }

    private string WithOneChanged(JsonObject body)
    {
        _isOdd = true;
        var changed = random.Next(Math.Max(1, body.Count));
        return Joined(body.Select((member, i) => i == changed ? $"\"{member.Key}\":{_values.OddJson()}" : Member(member)));
    }

    private byte[] WithOneByteChanged(byte[] bytes)
    {
        if (bytes.Length > 0)
            bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
        return bytes;
    }

    /// <summary>True now and then, and then the request is no longer what the document says.</summary>
    private bool Odd(int oneIn)
    {
        var isOdd = Chance(oneIn);
        _isOdd |= isOdd;
        return isOdd;
    }

    private bool Chance(int oneIn) => random.Next(oneIn) == 0;

    private static List<string> Members(JsonObject body) => [.. body.Select(Member)];

    private static string Member(KeyValuePair<string, JsonNode?> member) => $"\"{member.Key}\":{member.Value?.ToJsonString() ?? "null"}";

    private static string Joined(IEnumerable<string> members) => $"{{{string.Join(',', members)}}}";

    private static byte[] Bytes(string text) => Encoding.UTF8.GetBytes(text);

    private static string WithoutSurrogates(string text) => string.Concat(text.Where(character => !char.IsSurrogate(character)));
}
