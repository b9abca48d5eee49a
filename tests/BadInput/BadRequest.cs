using System.Text;

namespace GoCart.Tests.BadInput;

/// <summary>Who sends it.</summary>
internal enum Sender
{
    Nobody,
    Customer,
    Admin,
}

/// <summary>Where it is sent: to the gateway, straight to the service whose route it is, or both, one after the other.</summary>
internal enum Door
{
    Both,
    Gateway,
    Service,
}

/// <summary>A line of the table: a request that must be refused, and how.</summary>
/// <param name="Line">Method and target, as they go over the wire; <c>{...}</c> stands for something of <see cref="BadInputStore"/>.</param>
/// <param name="Status">The only one; <see cref="OrStatus"/> where the server, for good reasons, has two.</param>
/// <param name="Code">Of the problem. Null where the answer may be bare, because the request cannot be read at all.</param>
internal sealed record BadRequest(string Class, string Name, string Line, int Status, string? Code)
{
    public Sender Sender { get; init; } = Sender.Customer;

    public Door Door { get; init; }

    public int? OrStatus { get; init; }

    /// <summary>Header lines besides Host, Connection, Authorization and those that describe the body.</summary>
    public string[] Headers { get; init; } = [];

    public byte[]? Body { get; init; }

    /// <summary>Null: none is sent.</summary>
    public string? ContentType { get; init; } = "application/json";

    /// <summary>The whole request instead of one made of the above, and another after it, which must not be answered.</summary>
    public string? Raw { get; init; }

    public string Id => $"{Class}: {Name}";

    public override string ToString() => Id;

    /// <summary>By its path.</summary>
    public string Service => Line.Split(' ', 2)[1] switch
    {
        var path when path.Contains("/cart", StringComparison.OrdinalIgnoreCase) => "carts",
        var path when path.Contains("/order", StringComparison.OrdinalIgnoreCase) => "orders",
        var path when path.Contains("/product", StringComparison.OrdinalIgnoreCase) => "products",
        _ => "users",
    };

    /// <summary>A request with a JSON body.</summary>
    public static BadRequest Json(
        string @class, string name, string line, string body, int status = 400, string code = "invalid_request") =>
        new(@class, name, line, status, code) { Body = Encoding.UTF8.GetBytes(body) };

    /// <summary>A request without a body.</summary>
    public static BadRequest Plain(string @class, string name, string line, int status = 400, string? code = "invalid_request") =>
        new(@class, name, line, status, code);

    /// <summary>One with such headers, and nothing else wrong with it.</summary>
    public static BadRequest WithHeaders(
        string @class, string name, string line, int status, string? code, params string[] headers) =>
        new(@class, name, line, status, code) { Headers = headers };

    /// <summary>The bytes that go over the wire.</summary>
    public byte[] ToBytes(string? token, Func<string, string> fill)
    {
        if (Raw is not null)
            return Encoding.Latin1.GetBytes(fill(Raw));

        var head = new StringBuilder().Append(fill(Line)).Append(" HTTP/1.1\r\n");
        if (!Headers.Any(header => header.StartsWith("Host", StringComparison.OrdinalIgnoreCase)))
            head.Append("Host: localhost\r\n");
        head.Append("Connection: close\r\n");
        if (token is not null)
            head.Append("Authorization: Bearer ").Append(token).Append("\r\n");
        foreach (var header in Headers)
            head.Append(fill(header)).Append("\r\n");

        var body = Body ?? [];
        // In ASCII bodies there may be ids to fill in; others stay as they are.
        if (Ascii.IsValid(body))
            body = Encoding.ASCII.GetBytes(fill(Encoding.ASCII.GetString(body)));
        if (Body is not null && ContentType is not null)
            head.Append("Content-Type: ").Append(ContentType).Append("\r\n");
        if (Body is not null || Line.StartsWith('P'))
            head.Append("Content-Length: ").Append(body.Length).Append("\r\n");
        return [.. Encoding.UTF8.GetBytes(head.Append("\r\n").ToString()), .. body];
    }
}
