using System.Collections;
using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.Json.Serialization.Metadata;
using GoCart.BuildingBlocks.Http;

namespace GoCart.BuildingBlocks.OpenApi;

/// <summary>The example of each type, as JSON.</summary>
internal sealed class Examples(IEnumerable<object> examples)
{
    private static readonly JsonSerializerOptions WithoutAbsentFields = new(StrictJson.Options)
    {
        TypeInfoResolver = new DefaultJsonTypeInfoResolver { Modifiers = { LeaveOutAbsentFields } },
    };

    private readonly Dictionary<Type, object> _examples = examples.ToDictionary(example => example.GetType());

    /// <summary>Null if there is none. A list is shown with one item.</summary>
    public JsonNode? Of(Type? type)
    {
        if (type is null)
            return null;
        if (_examples.TryGetValue(type, out var example))
            return JsonSerializer.SerializeToNode(example, WithoutAbsentFields);
        return type.IsGenericType && type.IsAssignableTo(typeof(IEnumerable)) && Of(type.GetGenericArguments()[0]) is { } item
            ? new JsonArray(item)
            : null;
    }

    private static void LeaveOutAbsentFields(JsonTypeInfo type)
    {
        foreach (var property in type.Properties)
        {
            if (property.PropertyType.IsAssignableTo(typeof(IOptional)))
                property.ShouldSerialize = (_, value) => value is IOptional { IsSet: true };
        }
    }
}
