using System.Buffers;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using System.Text.Unicode;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;

namespace GoCart.BuildingBlocks.Http;

/// <summary>Reads one JSON body, whole and strictly, or ends the request with the reason why not.</summary>
internal static class RequestBodyReader
{
    private static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    public static async ValueTask<T?> ReadAsync<T>(HttpContext context) where T : class
    {
        var body = await ReadBytesAsync(context);

        if (body.Length == 0)
        {
            var isOptional = context.GetEndpoint()?.Metadata.GetMetadata<IAcceptsMetadata>()?.IsOptional is true;
            return isOptional ? null : throw Invalid("A JSON body is expected.");
        }

        if (!IsJson(context.Request))
            throw new ProblemException(Problem.ForStatus(StatusCodes.Status415UnsupportedMediaType));

        var request = Parse<T>(body.Span);
        if (RequestValidator<T>.Validate(request) is { Count: > 0 } errors)
            throw Invalid(RequestValidator<T>.Summary(errors), errors);
        return request;
    }

    private static async ValueTask<ReadOnlyMemory<byte>> ReadBytesAsync(HttpContext context)
    {
        // Kestrel ends this with 413 when more than the permitted bytes come.
        var reader = context.Request.BodyReader;
        while (true)
        {
            var result = await reader.ReadAsync(context.RequestAborted);
            if (result.IsCompleted)
            {
                var body = result.Buffer.ToArray();
                reader.AdvanceTo(result.Buffer.End);
                return body.AsSpan().StartsWith(ByteOrderMark) ? body.AsMemory(ByteOrderMark.Length) : body;
            }
            reader.AdvanceTo(result.Buffer.Start, result.Buffer.End);
        }
    }

    private static bool IsJson(HttpRequest request)
    {
        if (request.Headers.ContentEncoding.Count > 0 || request.Headers.ContentType.Count != 1)
            return false;

        return MediaTypeHeaderValue.TryParse(request.ContentType, out var type)
            && string.Equals(type.MediaType, "application/json", StringComparison.OrdinalIgnoreCase)
            && (type.CharSet is null
                || string.Equals(type.CharSet.Trim('"'), "utf-8", StringComparison.OrdinalIgnoreCase));
    }

    private static T Parse<T>(ReadOnlySpan<byte> body) where T : class
    {
        if (!Utf8.IsValid(body))
            throw Invalid("The body is not valid UTF-8.");

        try
        {
            return JsonSerializer.Deserialize<T>(body, StrictJson.Options) ?? throw Invalid("A JSON object is expected.");
        }
        catch (JsonException e)
        {
            var errors = MissingFields<T>(body);
            if (errors.Count == 0 && FieldOf(e) is { } field)
                errors[field] = ["This field is unknown, repeated, or not of the expected type."];
            throw Invalid(
                errors.Count > 0
                    ? $"The body is invalid: check {string.Join(", ", errors.Keys)}."
                    : "The body is not the JSON object that is expected.",
                errors);
        }
    }

    /// <summary>Where in the document it failed, as far as a client can know that place: <c>$.items[0].quantity</c> is <c>items[0].quantity</c>.</summary>
    private static string? FieldOf(JsonException exception) =>
        exception.Path is { Length: > 2 and < 200 } path && path.StartsWith("$.", StringComparison.Ordinal) ? path[2..] : null;

    private static Dictionary<string, string[]> MissingFields<T>(ReadOnlySpan<byte> body)
    {
        var errors = new Dictionary<string, string[]>();
        try
        {
            var reader = new Utf8JsonReader(body);
            using var document = JsonDocument.ParseValue(ref reader);
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                return errors;

            foreach (var property in StrictJson.Options.GetTypeInfo(typeof(T)).Properties)
            {
                if (IsRequired(property) && !document.RootElement.TryGetProperty(property.Name, out _))
                    errors[property.Name] = ["This field is required."];
            }
        }
        // Looking for a name decodes those it is compared with, and half a surrogate is not a JsonException there.
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // Not even JSON, or not text: there are no fields to name.
            errors.Clear();
        }
        return errors;
    }

    private static bool IsRequired(JsonPropertyInfo property) =>
        property.IsRequired || property.AssociatedParameter is { HasDefaultValue: false };

    private static ProblemException Invalid(string detail, IDictionary<string, string[]>? errors = null) =>
        new(Problem.InvalidRequest(detail, errors));
}
