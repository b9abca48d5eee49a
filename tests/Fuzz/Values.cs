using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;

namespace GoCart.Tests.Fuzz;

/// <summary>Makes values: such as a schema asks for, and such as nobody asked for.</summary>
/// <param name="ids">Of things that exist, or did.</param>
internal sealed class Values(Random random, ApiDocument document, IReadOnlyList<string> ids)
{
    private static readonly string[] OddTexts =
    [
        "", " ", "\u0000", "a\u0000b", "\u0007", "\u202e", "\ufeff", "\u200b", "\ud800", "\udfff\ud800", "😀", "é", "İ", "ß", "ﬀ", "' or 1=1 --", "'; drop table products; --", "<script>alert(1)</script>", "{{7*7}}", "${jndi:ldap://x}", "%n%s%x", "../../etc/passwd",
        "\r\nX-Role: admin", "\\", "\"", "null", "true", "NaN", "0", "-1", "1e400", "9223372036854775808", "2026-02-30T00:00:00Z", "0001-01-01T00:00:00Z", "9999-12-31T23:59:59.9999999Z", "infinity", "00000000-0000-0000-0000-000000000000", "*", "%", "_", "(", "a & !", "or", "-a", "\"a", ":*", "|", "<->", "admin@example.com",
        "pending", "cancelled", "inactive,deleted", "W/\"1\"", "\"1\"", "*", "wait=1", "a=b", ",", ";", "=",
    ];

    private static readonly string[] OddNumbers =
    [
        "0", "-0", "1", "-1", "999", "1000", "65535", "65536", "2147483647", "2147483648", "-2147483649", "4294967296", "9007199254740993", "9223372036854775807", "9223372036854775808", "-9223372036854775809", "18446744073709551616", "1.0", "1.5", "1e2", "1E400", "-1e-400", "0.1e1", "01", "+1", ".5", "NaN", "Infinity",
        "123456789012345678901234567890", "1000000", "1000001", "1000000000", "1000000001",
    ];

    public JsonNode? Fitting(JsonNode? schema, string name = "", int depth = 0)
    {
        var resolved = document.ThatIsNotNull(document.Resolve(schema));
        if (resolved["enum"] is JsonArray { Count: > 0 } choices)
            return choices[random.Next(choices.Count)]?.DeepClone();

        return ApiDocument.TypesOf(resolved).FirstOrDefault(type => type != "null") switch
        {
            "object" => FittingObject(resolved, depth),
            "array" => new JsonArray([.. Enumerable.Range(0, random.Next(3)).Select(_ => Fitting(resolved["items"], name, depth + 1))]),
            "integer" => FittingNumber(resolved),
            "number" => random.NextDouble(),
            "boolean" => random.Next(2) == 0,
            _ => FittingText(resolved, name),
        };
    }

    /// <summary>A text as a query, a header or a body might have it, and should not.</summary>
    public string OddText() => random.Next(8) switch
    {
        0 => new string((char)random.Next('!', 0x2FFF), random.Next(1, 400)),
        1 => string.Concat(Enumerable.Range(0, random.Next(1, 20)).Select(_ => (char)random.Next(1, 0xFFFF))),
        2 => Pick(OddNumbers),
        3 => Pick(ids),
        4 => Pick(OddTexts) + Pick(OddTexts),
        5 => Pick(ids).ToUpperInvariant(),
        _ => Pick(OddTexts),
    };

    /// <summary>JSON, or nearly, of any type.</summary>
    public string OddJson(int depth = 0) => random.Next(depth > 3 ? 5 : 8) switch
    {
        0 => "null",
        1 => random.Next(2) == 0 ? "true" : "False",
        2 => Pick(OddNumbers),
        3 or 4 => Quoted(OddText()),
        5 => $"[{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => OddJson(depth + 1)))}]",
        6 => $"{{{string.Join(',', Enumerable.Range(0, random.Next(4)).Select(_ => $"{Quoted(OddText())}:{OddJson(depth + 1)}"))}}}",
        _ => new string('[', random.Next(200)),
    };

    /// <summary>In quotes, with half surrogates as escapes: as they are, no encoding could carry them.</summary>
    public static string Quoted(string text)
    {
        var quoted = new StringBuilder("\"");
        foreach (var character in text)
        {
            if (character is '"' or '\\' or < ' ' || char.IsSurrogate(character))
                quoted.Append(CultureInfo.InvariantCulture, $"\\u{(int)character:x4}");
            else
                quoted.Append(character);
        }
        return quoted.Append('"').ToString();
    }

    public T Pick<T>(IReadOnlyList<T> choices) => choices[random.Next(choices.Count)];

    private JsonObject FittingObject(JsonObject schema, int depth)
    {
        var required = schema["required"]?.AsArray().Select(name => $"{name}").ToHashSet() ?? [];
        var result = new JsonObject();
        foreach (var (name, property) in schema["properties"]?.AsObject() ?? [])
        {
            if (required.Contains(name) || random.Next(2) == 0)
                result[name] = Fitting(property, name, depth + 1);
        }
        return result;
    }

    private JsonValue FittingNumber(JsonObject schema)
    {
        var (least, most) = (Limit("minimum", 0), Limit("maximum", 1_000));
        // Small ones let more of what follows succeed; the limits themselves are where errors live.
        return JsonValue.Create(random.Next(6) switch
        {
            0 => least,
            1 => most,
            _ => least + random.NextInt64(Math.Clamp(most - least, 0, 20) + 1),
        });

        long Limit(string name, long otherwise) =>
            schema[name] is JsonValue value && long.TryParse($"{value}", CultureInfo.InvariantCulture, out var limit) ? limit : otherwise;
    }

    private JsonValue FittingText(JsonObject schema, string name)
    {
        if (schema["format"]?.GetValue<string>() == "uuid" || name is "id" || name.EndsWith("_id", StringComparison.Ordinal))
            return JsonValue.Create(Pick(ids));
        if (name is "email")
            return JsonValue.Create($"{Guid.NewGuid():N}@example.com");
        if (name.EndsWith("password", StringComparison.Ordinal))
            return JsonValue.Create("password123");

        var length = Math.Max((int?)schema["minLength"] ?? 1, random.Next(1, 30));
        return JsonValue.Create(string.Concat(Enumerable.Range(0, length).Select(_ => (char)random.Next('a', 'z'))));
    }
}
