using System.Reflection;
using System.Text.Json.Nodes;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.Authorization;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Metadata;
using Microsoft.AspNetCore.Mvc;
using Microsoft.AspNetCore.OpenApi;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.OpenApi;

namespace GoCart.BuildingBlocks.OpenApi;

/// <summary>Completes the description of a route with what its policy, its handler's parameters and its metadata tell.</summary>
internal sealed class OperationDescription(Examples examples)
{
    public Task TransformAsync(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, CancellationToken cancellationToken)
    {
        var metadata = context.Description.ActionDescriptor.EndpointMetadata;
        var handler = metadata.OfType<MethodInfo>().FirstOrDefault();
        var parameters = handler?.GetParameters().Select(parameter => parameter.ParameterType).ToHashSet() ?? [];

        DescribeSecurity(operation, context, metadata);
        DescribeIds(operation);
        DescribeHeaders(operation, metadata, parameters);
        if (parameters.Contains(typeof(Page)))
            DescribePaging(operation);
        ShowExamples(operation, context, metadata);
        DescribeProblems(operation, context, metadata, parameters);
        return Task.CompletedTask;
    }

    private static void DescribeSecurity(OpenApiOperation operation, OpenApiOperationTransformerContext context, IList<object> metadata)
    {
        if (metadata.OfType<CookieDescription>().FirstOrDefault() is { } cookie)
        {
            context.Document?.AddComponent(cookie.Name, SecuritySchemes.CreateCookie(cookie.Name));
            operation.Security = [Require(cookie.Name)];
        }
        else
        {
            operation.Security = metadata.OfType<IAuthorizeData>().Any() ? [Require(SecuritySchemes.Bearer)] : [];
        }

        OpenApiSecurityRequirement Require(string scheme) =>
            new() { [new OpenApiSecuritySchemeReference(scheme, context.Document)] = [] };
    }

    /// <summary>Ids are taken as text, so that a malformed one is a 404; the document says what they look like.</summary>
    private static void DescribeIds(OpenApiOperation operation)
    {
        foreach (var parameter in operation.Parameters?.OfType<OpenApiParameter>() ?? [])
        {
            if (parameter is { In: ParameterLocation.Path, Name: "id" })
            {
                parameter.Schema = new OpenApiSchema { Type = JsonSchemaType.String, Format = "uuid" };
                parameter.Description ??= "A UUID in its 36-character form.";
            }
        }
    }

    private static void DescribeHeaders(OpenApiOperation operation, IList<object> metadata, HashSet<Type> parameters)
    {
        if (parameters.Contains(typeof(IdempotencyKey)))
            AddHeader(IdempotencyKey.Header, "Your name for this request, 1 to 255 visible ASCII characters: sent again, it is done once. Kept for 24 h.", "checkout-42");
        if (operation.Responses?.ContainsKey("304") is true)
            AddHeader("If-None-Match", "The ETag you have; 304 if nothing has changed.", "\"3\"");
        if (metadata.OfType<PossibleProblem>().Any(possible => possible.Problem.Status == StatusCodes.Status412PreconditionFailed))
            AddHeader("If-Match", "The ETag you have read; 412 if something has changed since.", "\"3\"");
        foreach (var header in metadata.OfType<HeaderDescription>())
            AddHeader(header.Name, header.Description, header.Example);

        void AddHeader(string name, string description, string example) =>
            AddParameter(operation, ParameterLocation.Header, name, JsonSchemaType.String, description, example);
    }

    private static void DescribePaging(OpenApiOperation operation)
    {
        AddParameter(
            operation, ParameterLocation.Query, "limit", JsonSchemaType.Integer,
            $"How many items a page has, 1 to {Page.MaxLimit}; {Page.DefaultLimit} if absent.", Page.DefaultLimit);
        AddParameter(
            operation, ParameterLocation.Query, "cursor", JsonSchemaType.String,
            "Where the page begins: from the Link header of the page before.", null);

        if (operation.Responses?.GetValueOrDefault("200") is OpenApiResponse response)
        {
            response.Headers ??= new Dictionary<string, IOpenApiHeader>();
            response.Headers["Link"] = new OpenApiHeader
            {
                Description = "The next page, if there is one: `<...>; rel=\"next\"` (RFC 8288).",
                Schema = new OpenApiSchema { Type = JsonSchemaType.String },
            };
        }
    }

    private static void AddParameter(
        OpenApiOperation operation, ParameterLocation location, string name, JsonSchemaType type, string description, JsonNode? example)
    {
        operation.Parameters ??= [];
        operation.Parameters.Add(new OpenApiParameter
        {
            Name = name,
            In = location,
            Description = description,
            Schema = new OpenApiSchema { Type = type },
            Example = example,
        });
    }

    private void ShowExamples(OpenApiOperation operation, OpenApiOperationTransformerContext context, IList<object> metadata)
    {
        Show(operation.RequestBody?.Content, metadata.OfType<IAcceptsMetadata>().FirstOrDefault()?.RequestType);
        foreach (var answer in context.Description.SupportedResponseTypes.Where(answer => answer.StatusCode < 400))
            Show(operation.Responses?.GetValueOrDefault($"{answer.StatusCode}")?.Content, answer.Type);

        void Show(IDictionary<string, OpenApiMediaType>? content, Type? type)
        {
            foreach (var body in content?.Values ?? [])
                body.Example = examples.Of(type);
        }
    }

    private static void DescribeProblems(
        OpenApiOperation operation, OpenApiOperationTransformerContext context, IList<object> metadata, HashSet<Type> parameters)
    {
        operation.Responses ??= [];
        var problems = ProblemsOf(operation, metadata, parameters)
            .DistinctBy(problem => (problem.Status, problem.Extensions["code"]))
            .GroupBy(problem => problem.Status);

        foreach (var group in problems)
        {
            operation.Responses[$"{group.Key}"] = new OpenApiResponse
            {
                Description = ReasonPhrases.GetReasonPhrase(group.Key ?? 500),
                Content = new Dictionary<string, OpenApiMediaType>
                {
                    [Problem.ContentType] = new OpenApiMediaType
                    {
                        Schema = new OpenApiSchemaReference(ProblemSchema.Name, context.Document),
                        Examples = group.ToDictionary(
                            problem => $"{problem.Extensions["code"]}",
                            problem => (IOpenApiExample)new OpenApiExample
                            {
                                Summary = problem.Detail,
                                Value = ProblemSchema.Example(problem),
                            }),
                    },
                },
            };
        }
    }

    private static IEnumerable<ProblemDetails> ProblemsOf(
        OpenApiOperation operation, IList<object> metadata, HashSet<Type> parameters)
    {
        foreach (var possible in metadata.OfType<PossibleProblem>())
            yield return possible.Problem;

        var policies = metadata.OfType<IAuthorizeData>().Select(authorize => authorize.Policy).ToHashSet();
        if (policies.Count > 0)
            yield return General(StatusCodes.Status401Unauthorized);
        if (policies.Overlaps(Policies.Staff.Keys))
            yield return General(StatusCodes.Status403Forbidden);

        if (operation.RequestBody is not null)
        {
            yield return General(StatusCodes.Status413PayloadTooLarge);
            yield return General(StatusCodes.Status415UnsupportedMediaType);
        }
        if (operation.RequestBody is not null || operation.Parameters?.Any(parameter => parameter.In != ParameterLocation.Path) is true)
            yield return General(StatusCodes.Status400BadRequest);

        if (parameters.Contains(typeof(IdempotencyKey)))
        {
            yield return IdempotentAnswer.KeyInUse().ProblemDetails;
            yield return IdempotentAnswer.KeyReused().ProblemDetails;
        }
        yield return General(StatusCodes.Status503ServiceUnavailable);

        static ProblemDetails General(int status) => Problem.ForStatus(status).ProblemDetails;
    }
}
