using System.Text.Json.Nodes;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Mvc;
using Microsoft.OpenApi;

namespace GoCart.BuildingBlocks.OpenApi;

/// <summary>What a problem looks like: see <see cref="Problem"/>.</summary>
public static class ProblemSchema
{
    public const string Name = "Problem";

    private const string ExampleTraceId = "4bf92f3577b34da6a3ce929d0e0e4736";

    internal static OpenApiSchema Create() => new()
    {
        Type = JsonSchemaType.Object,
        Description = "What went wrong, after RFC 9457. Decide by `code`; show `detail`.",
        Required = new HashSet<string> { "type", "title", "status", "detail", "code", "trace_id", "error" },
        Properties = new Dictionary<string, IOpenApiSchema>
        {
            ["type"] = Text("A URI that names the kind of problem."),
            ["title"] = Text("The code in words."),
            ["status"] = new OpenApiSchema { Type = JsonSchemaType.Integer, Description = "The HTTP status." },
            ["detail"] = Text("One sentence for the person who reads it."),
            ["code"] = Text("Stable, in snake_case."),
            ["trace_id"] = Text("Finds the request in logs and traces."),
            ["error"] = Text("The same as detail."),
            ["errors"] = new OpenApiSchema
            {
                Type = JsonSchemaType.Object,
                Description = "What is wrong with which field of the request.",
                AdditionalProperties = new OpenApiSchema
                {
                    Type = JsonSchemaType.Array,
                    Items = new OpenApiSchema { Type = JsonSchemaType.String },
                },
            },
        },
    };

    /// <summary>The problem as an answer would show it.</summary>
    public static JsonObject Example(ProblemDetails problem)
    {
        var example = new JsonObject
        {
            ["type"] = problem.Type,
            ["title"] = problem.Title,
            ["status"] = problem.Status,
            ["detail"] = problem.Detail,
        };
        foreach (var (name, value) in problem.Extensions)
            example[name] = System.Text.Json.JsonSerializer.SerializeToNode(value, StrictJson.Options);
        example["trace_id"] = ExampleTraceId;
        return example;
    }

    private static OpenApiSchema Text(string description) => new() { Type = JsonSchemaType.String, Description = description };
}
