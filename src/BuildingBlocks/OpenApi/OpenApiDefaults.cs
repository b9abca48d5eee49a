using System.ComponentModel.DataAnnotations;
using System.Globalization;
using System.Text.Json.Nodes;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.OpenApi;

namespace GoCart.BuildingBlocks.OpenApi;

/// <summary>How every service describes its routes, at <c>GET /openapi/v1.json</c> on its own port; the gateway joins the four.</summary>
/// <remarks>
/// Each Program.cs calls AddOpenApi itself, and with a lambda: the XML comments are taken from the project with that call. What the routes
/// say by their metadata, their parameters and their policies is not said again: see <see cref="OperationDescription"/>.
/// </remarks>
public static class OpenApiDefaults
{
    /// <param name="examples">One object of each type that is read or answered; shown wherever the type is.</param>
    public static void Describe(this OpenApiOptions options, params object[] examples)
    {
        var operations = new OperationDescription(new Examples(examples));
        options.OpenApiVersion = OpenApiSpecVersion.OpenApi3_1;
        options.ShouldInclude = description => description.HttpMethod != HttpMethods.Head;
        options.CreateSchemaReferenceId = type => IsOptional(type.Type) ? null : OpenApiOptions.CreateDefaultSchemaReferenceId(type);
        options.AddSchemaTransformer(DescribeTypeAsync);
        options.AddOperationTransformer(operations.TransformAsync);
        options.AddDocumentTransformer((document, _, _) =>
        {
            // The gateway's document names the server; a service's is for the gateway.
            document.Servers = [];
            document.AddComponent(ProblemSchema.Name, ProblemSchema.Create());
            document.AddComponent(SecuritySchemes.Bearer, SecuritySchemes.CreateBearer());
            return Task.CompletedTask;
        });
    }

    private static async Task DescribeTypeAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        // Unknown fields are refused in requests only; an answer may get new ones.
        if (!context.JsonTypeInfo.Type.IsAssignableTo(typeof(IRequestBody)))
            schema.AdditionalPropertiesAllowed = true;

        if (IsOptional(context.JsonTypeInfo.Type))
            await LookLikeItsValueAsync(schema, context, cancellationToken);

        // The generator looks at properties; those of a record often have their attributes on the constructor.
        var parameter = context.JsonPropertyInfo?.AssociatedParameter?.AttributeProvider;
        if (parameter?.GetCustomAttributes(typeof(RangeAttribute), inherit: false) is [RangeAttribute range, ..])
        {
            schema.Minimum = Convert.ToString(range.Minimum, CultureInfo.InvariantCulture);
            schema.Maximum = Convert.ToString(range.Maximum, CultureInfo.InvariantCulture);
        }

        var property = context.JsonPropertyInfo?.AttributeProvider;
        if (property?.GetCustomAttributes(typeof(AllowedValuesAttribute), inherit: false) is [AllowedValuesAttribute allowed])
            schema.Enum = [.. allowed.Values.Select(value => JsonValue.Create(value?.ToString())).OfType<JsonNode>()];
    }

    /// <summary>Absence is expressed by the list of required fields; null is allowed only where the validation rules accept it.</summary>
    private static async Task LookLikeItsValueAsync(
        OpenApiSchema schema, OpenApiSchemaTransformerContext context, CancellationToken cancellationToken)
    {
        var valueType = context.JsonTypeInfo.Type.GetGenericArguments()[0];
        var value = await context.GetOrCreateSchemaAsync(valueType, cancellationToken: cancellationToken);
        var rules = context.JsonPropertyInfo?.AttributeProvider?.GetCustomAttributes(typeof(ValidationAttribute), inherit: false) ?? [];
        var takesNull = !valueType.IsValueType && rules.Cast<ValidationAttribute>().All(rule => rule.IsValid(null));

        schema.Type = takesNull ? value.Type | JsonSchemaType.Null : value.Type;
        schema.Format = value.Format;
        schema.Pattern = value.Pattern;
    }

    private static bool IsOptional(Type type) => type.IsGenericType && type.GetGenericTypeDefinition() == typeof(Optional<>);
}
