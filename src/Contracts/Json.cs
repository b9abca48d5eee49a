using System.Text.Json;
using System.Text.Json.Serialization;

namespace GoCart.Contracts;

/// <summary>How everything that crosses a service border is written: snake_case names, enums as their names.</summary>
public static class Json
{
    /// <summary>For what we write, and for reading what another part of GoCart wrote: unknown fields are ignored.</summary>
    public static JsonSerializerOptions Tolerant { get; } = MakeReadOnly(new JsonSerializerOptions
    {
        PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower,
        NumberHandling = JsonNumberHandling.Strict,
    });

    /// <summary>
    /// For reading what another service wrote: unknown fields are ignored, but none that is needed may be missing or null. A price,
    /// for example, is not to become 0.
    /// </summary>
    public static JsonSerializerOptions Complete { get; } = MakeReadOnly(new JsonSerializerOptions(Tolerant)
    {
        RespectNullableAnnotations = true,
        RespectRequiredConstructorParameters = true,
    });

    private static JsonSerializerOptions MakeReadOnly(JsonSerializerOptions options)
    {
        options.MakeReadOnly(populateMissingResolver: true);
        return options;
    }
}

/// <summary>Writes an enum as its name in snake_case, and reads names only, no numbers; a request body takes a text, which is stricter.</summary>
public sealed class SnakeCaseEnumConverter<TEnum>()
    : JsonStringEnumConverter<TEnum>(JsonNamingPolicy.SnakeCaseLower, allowIntegerValues: false)
    where TEnum : struct, Enum;
