using System.Text.Json;
using System.Text.Json.Serialization;

namespace GoCart.BuildingBlocks.Http;

/// <summary>A field of a PATCH body: absent (<see cref="IsSet"/> is false) is not the same as null.</summary>
[JsonConverter(typeof(OptionalConverterFactory))]
public readonly record struct Optional<T>(T? Value) : IOptional
{
    public bool IsSet { get; } = true;

    object? IOptional.Value => Value;

    public static implicit operator Optional<T>(T? value) => new(value);

    /// <summary>The value that was sent, or the one that stays.</summary>
    public T? OrElse(T? current) => IsSet ? Value : current;
}

/// <summary>What validation needs to know of an <see cref="Optional{T}"/>.</summary>
public interface IOptional
{
    bool IsSet { get; }

    object? Value { get; }
}

internal sealed class OptionalConverterFactory : JsonConverterFactory
{
    public override bool CanConvert(Type typeToConvert) =>
        typeToConvert.IsGenericType && typeToConvert.GetGenericTypeDefinition() == typeof(Optional<>);

    public override JsonConverter CreateConverter(Type typeToConvert, JsonSerializerOptions options) =>
        (JsonConverter)Activator.CreateInstance(
            typeof(OptionalConverter<>).MakeGenericType(typeToConvert.GetGenericArguments()))!; // has such a constructor

    private sealed class OptionalConverter<T> : JsonConverter<Optional<T>>
    {
        public override bool HandleNull => true;

        public override Optional<T> Read(ref Utf8JsonReader reader, Type typeToConvert, JsonSerializerOptions options)
        {
            if (reader.TokenType == JsonTokenType.Null)
                return default(T) is null ? new(default(T)) : throw new JsonException("Null is not allowed.");

            // Not JsonSerializer.Deserialize, which would say "$" where this field's name belongs when the value does not fit.
            return new(((JsonConverter<T>)options.GetConverter(typeof(T))).Read(ref reader, typeof(T), options));
        }

        public override void Write(Utf8JsonWriter writer, Optional<T> value, JsonSerializerOptions options) =>
            JsonSerializer.Serialize(writer, value.Value, options);
    }
}
