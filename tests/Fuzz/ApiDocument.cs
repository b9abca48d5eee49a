using System.Text.Json.Nodes;

namespace GoCart.Tests.Fuzz;

/// <summary>The store's OpenAPI document, as far as the fuzzer reads it.</summary>
internal sealed class ApiDocument(JsonObject json)
{
    public IReadOnlyList<ApiOperation> Operations { get; } =
    [
        .. from path in json["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select new ApiOperation(operation.Key.ToUpperInvariant(), path.Key, operation.Value!.AsObject()),
    ];

    /// <summary>What a <c>$ref</c> stands for; anything else is itself.</summary>
    public JsonObject Resolve(JsonNode? node)
    {
        var current = node as JsonObject ?? [];
        while (current["$ref"]?.GetValue<string>() is { } reference)
            current = reference.Split('/').Skip(1).Aggregate((JsonNode?)json, (at, name) => at?[name]) as JsonObject ?? [];
        return current;
    }

    /// <summary>The types a value may have, <c>null</c> among them where it may be null; none where anything goes.</summary>
    public static IReadOnlyList<string> TypesOf(JsonObject schema) => schema["type"] switch
    {
        JsonArray several => [.. several.Select(type => $"{type}")],
        { } one => [$"{one}"],
        null => [],
    };

    /// <summary>A schema that may be left out or be null, without the alternative <c>null</c>.</summary>
    public JsonObject ThatIsNotNull(JsonObject schema)
    {
        var alternatives = (schema["oneOf"] ?? schema["anyOf"])?.AsArray().Select(Resolve);
        return alternatives?.FirstOrDefault(alternative => !TypesOf(alternative).SequenceEqual(["null"])) ?? schema;
    }
}

/// <summary>One method of one path.</summary>
internal sealed record ApiOperation(string Method, string Path, JsonObject Json)
{
    public IEnumerable<JsonNode?> Parameters => Json["parameters"]?.AsArray() ?? [];

    public JsonNode? BodySchema => Json["requestBody"]?["content"]?["application/json"]?["schema"];

    public bool IsForAdmins => Path.StartsWith("/admin", StringComparison.Ordinal);

    public bool IsForAnybody => Json["security"]?.AsArray().Any(scheme => scheme!.AsObject().ContainsKey("bearer")) is not true;

    /// <summary>Hashes a password, which takes long on purpose.</summary>
    public bool IsSlow => $"{this}" is "POST /api/users" or "POST /api/login" or "POST /api/me/password" or "DELETE /api/me";

    public JsonObject Responses => Json["responses"]!.AsObject();

    public override string ToString() => $"{Method} {Path}";
}
