using System.Text.Json;
using System.Text.Json.Serialization;

namespace GoCart.BuildingBlocks.Http;

/// <summary>How request bodies are read: what is not exactly as documented is refused, never guessed.</summary>
/// <remarks>
/// Refused: unknown and repeated fields, another letter case, a missing or null field that is required, numbers in quotes,
/// comments, trailing commas, more than 64 levels, and the character U+0000, which PostgreSQL cannot store.
/// </remarks>
public static class StrictJson
{
    public static JsonSerializerOptions Options { get; } = Configure(new JsonSerializerOptions { Converters = { new TextConverter() } });

    /// <summary>Sets the rules on options that the framework made, for answers and for the OpenAPI document.</summary>
    public static JsonSerializerOptions Configure(JsonSerializerOptions options)
    {
        options.PropertyNamingPolicy = JsonNamingPolicy.SnakeCaseLower;
        options.PropertyNameCaseInsensitive = false;
        options.NumberHandling = JsonNumberHandling.Strict;
        options.UnmappedMemberHandling = JsonUnmappedMemberHandling.Disallow;
        options.AllowDuplicateProperties = false;
        options.RespectNullableAnnotations = true;
        options.RespectRequiredConstructorParameters = true;
        return options;
    }

    private sealed class TextConverter : JsonConverter<string>
    {
        public override string? Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType != JsonTokenType.String)
                throw new JsonException("A text is expected.");

            var text = reader.GetString();
            if (text is not null && text.Contains('\0', StringComparison.Ordinal))
                throw new JsonException("The character U+0000 is not allowed.");
            return text;
        }

        public override void Write(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WriteStringValue(value);

        public override string ReadAsPropertyName(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options) =>
            reader.GetString() ?? throw new JsonException();

        public override void WriteAsPropertyName(Utf8JsonWriter writer, string value, JsonSerializerOptions options) =>
            writer.WritePropertyName(value);
    }
}
