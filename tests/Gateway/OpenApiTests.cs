using System.Net;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using GoCart.BuildingBlocks.Auth;
using GoCart.Tests.Infrastructure;
using Microsoft.OpenApi;

namespace GoCart.Tests.Gateway;

/// <summary>GET /openapi/v1.json says all there is, and nothing that is not.</summary>
[Collection(GatewayStore.Name)]
public sealed partial class OpenApiTests(StoreFixture store)
{
    /// <summary>No route has these: the router, a defect, and a route of carts that is not public.</summary>
    private static readonly HashSet<string> CodesOfNoRoute = ["not_found", "method_not_allowed", "internal_error", "cart_not_found"];

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    [Fact]
    public async Task It_is_a_valid_OpenAPI_3_1_document()
    {
        using var client = store.Gateway.CreateClient();
        using var response = await client.GetAsync(new Uri("/openapi/v1.json", UriKind.Relative), Cancelled);

        var text = await response.Content.ReadAsStringAsync(Cancelled);
        Assert.Equal(HttpStatusCode.OK, response.StatusCode);
        Assert.Equal("application/json", response.Content.Headers.ContentType?.MediaType);
        var result = OpenApiDocument.Parse(text, "json");
        Assert.NotNull(result.Document);
        Assert.Equal(OpenApiSpecVersion.OpenApi3_1, result.Diagnostic?.SpecificationVersion);
        Assert.Empty(result.Diagnostic?.Errors ?? []);
        Assert.Empty(result.Diagnostic?.Warnings ?? []);
    }

    [Fact]
    public async Task It_has_every_route_of_the_gateway_and_no_other()
    {
        var documented = (await OperationsAsync()).Select(operation => operation.Name).Order(StringComparer.Ordinal);

        var routes = MappedRoute.Of(store.Gateway)
            .Where(endpoint => endpoint.Method != "HEAD")
            .Select(endpoint => $"{endpoint.Method} {endpoint.Path}");

        Assert.Equal(routes.Order(StringComparer.Ordinal), documented);
    }

    [Fact]
    public void Every_public_route_of_a_service_is_routed_with_the_same_policy()
    {
        var routed = MappedRoute.Of(store.Gateway).ToDictionary(endpoint => $"{endpoint.Method} {endpoint.Path}");
        var services = ((RunningService[])[store.Users, store.Products, store.Carts, store.Orders]).SelectMany(MappedRoute.Of);

        var isPublic = services.Where(endpoint =>
            endpoint.Metadata.GetMetadata<IEndpointNameMetadata>() is not null
            && endpoint.Metadata.GetMetadata<IExcludeFromDescriptionMetadata>()?.ExcludeFromDescription is not true).ToList();

        Assert.NotEmpty(isPublic);
        Assert.All(isPublic, endpoint =>
        {
            var route = routed.GetValueOrDefault($"{endpoint.Method} {endpoint.Path}");
            Assert.True(route is not null, $"{endpoint} is not routed.");
            Assert.Equal(endpoint.IsAnonymous, route.IsAnonymous);
            Assert.Equal(endpoint.Policies, route.Policies);
        });
    }

    [Fact]
    public async Task Every_operation_has_a_summary_a_description_and_a_name_of_its_own()
    {
        var operations = await OperationsAsync();

        Assert.All(operations, operation =>
        {
            Assert.NotEmpty($"{operation.Json["summary"]}");
            Assert.NotEmpty($"{operation.Json["description"]}");
            Assert.Single(operation.Json["tags"]!.AsArray());
        });
        Assert.Equal(operations.Count, operations.Select(operation => $"{operation.Json["operationId"]}").Distinct().Count());
    }

    [Fact]
    public async Task Every_parameter_is_described()
    {
        foreach (var operation in await OperationsAsync())
        {
            Assert.All(operation.Json["parameters"]?.AsArray() ?? [], parameter => Assert.False(
                string.IsNullOrEmpty($"{parameter!["description"]}"), $"{operation.Name}: {parameter["name"]}"));
        }
    }

    [Fact]
    public async Task Every_body_has_an_example()
    {
        foreach (var operation in await OperationsAsync())
        {
            Assert.All(Bodies(operation.Json["requestBody"]), body => Assert.True(body["example"] is not null, $"{operation.Name}: request"));
            foreach (var (status, answer) in operation.Json["responses"]!.AsObject())
            {
                Assert.All(Bodies(answer), body => Assert.True(
                    body["example"] is not null || body["examples"] is JsonObject { Count: > 0 }, $"{operation.Name}: {status}"));
            }
        }
    }

    [Fact]
    public async Task Security_and_the_answers_it_brings_follow_the_policies()
    {
        var routes = MappedRoute.Of(store.Gateway).ToDictionary(endpoint => $"{endpoint.Method} {endpoint.Path}");
        foreach (var operation in await OperationsAsync())
        {
            var route = routes[operation.Name];
            var schemes = operation.Json["security"]!.AsArray().SelectMany(requirement => requirement!.AsObject()).Select(scheme => scheme.Key).ToList();
            var statuses = operation.Json["responses"]!.AsObject().Select(answer => answer.Key).ToHashSet();

            Assert.Equal(!route.IsAnonymous, schemes.Contains("bearer"));
            if (!route.IsAnonymous)
                Assert.Contains("401", statuses);
            if (route.Policies.Any(policy => Policies.Staff.ContainsKey(policy ?? "")))
                Assert.Contains("403", statuses);
        }
    }

    [Fact]
    public async Task Every_answer_of_a_proxied_route_has_the_headers_that_say_what_is_left_of_a_limit()
    {
        var document = await DocumentAsync();
        foreach (var operation in (await OperationsAsync()).Where(operation => IsProxied(operation.Name)))
        {
            foreach (var (status, answer) in operation.Json["responses"]!.AsObject())
            {
                var described = answer!["$ref"] is { } reference
                    ? document["components"]!["responses"]![$"{reference}".Split('/')[^1]]!
                    : answer;
                Assert.True(described["headers"]?["RateLimit"] is not null, $"{operation.Name}: {status}");
                Assert.True(described["headers"]?["RateLimit-Policy"] is not null, $"{operation.Name}: {status}");
            }
        }
        Assert.NotNull(document["components"]!["headers"]!["RateLimit"]!["description"]);

        static bool IsProxied(string name) => name.Split(' ')[1].Split('/')[1] is "api" or "admin";
    }

    [Fact]
    public async Task Every_proxied_route_tells_what_can_go_wrong_on_the_way()
    {
        foreach (var operation in await OperationsAsync())
        {
            if (operation.Name.Contains("/api/", StringComparison.Ordinal) || operation.Name.Contains("/admin/", StringComparison.Ordinal))
                Assert.Subset(
                    operation.Json["responses"]!.AsObject().Select(answer => answer.Key).ToHashSet(),
                    new HashSet<string> { "429", "502", "503", "504" });
            if (operation.Json["requestBody"] is not null)
                Assert.Subset(
                    operation.Json["responses"]!.AsObject().Select(answer => answer.Key).ToHashSet(),
                    new HashSet<string> { "400", "413", "415" });
        }
    }

    [Fact]
    public async Task It_shows_every_code_that_the_page_of_problems_lists_and_no_other()
    {
        var page = await File.ReadAllTextAsync(Repository.Path("docs/problems.md"), Cancelled);
        var listed = CodeInTable().Matches(page).Select(match => match.Groups[1].Value).Except(CodesOfNoRoute).ToHashSet();

        var shown = (await DocumentAsync()).Descendants()
            .Select(node => node is JsonObject value && value.ContainsKey("trace_id") ? value["code"]?.ToString() : null)
            .Where(code => code is not null && !code.StartsWith('{'))
            .ToHashSet();

        Assert.Equal(listed.Order(StringComparer.Ordinal), shown.Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Two_services_that_name_a_schema_alike_mean_the_same()
    {
        var schemas = new Dictionary<string, JsonNode?>();
        foreach (var service in (RunningService[])[store.Users, store.Products, store.Carts, store.Orders])
        {
            using var client = service.CreateClient();
            var document = await client.GetFromJsonAsync<JsonObject>("/openapi/v1.json", Cancelled);
            foreach (var (name, schema) in document!["components"]!["schemas"]!.AsObject())
                Assert.True(schemas.TryAdd(name, schema) || JsonNode.DeepEquals(schemas[name], schema), name);
        }
    }

    private async Task<JsonObject> DocumentAsync()
    {
        using var client = store.Gateway.CreateClient();
        return await client.GetFromJsonAsync<JsonObject>("/openapi/v1.json", Cancelled) ?? [];
    }

    private async Task<List<(string Name, JsonObject Json)>> OperationsAsync() =>
    [
        .. from path in (await DocumentAsync())["paths"]!.AsObject()
           from operation in path.Value!.AsObject()
           select ($"{operation.Key.ToUpperInvariant()} {path.Key}", operation.Value!.AsObject()),
    ];

    private static IEnumerable<JsonObject> Bodies(JsonNode? part) =>
        part?["content"]?.AsObject().Select(content => content.Value!.AsObject()) ?? [];

    [GeneratedRegex(@"^\| `([a-z_]+)` \|", RegexOptions.Multiline)]
    private static partial Regex CodeInTable();
}

internal static class JsonNodes
{
    /// <summary>The node and everything in it.</summary>
    public static IEnumerable<JsonNode?> Descendants(this JsonNode? node) => node switch
    {
        JsonObject value => value.SelectMany(member => member.Value.Descendants()).Prepend(node),
        JsonArray array => array.SelectMany(item => item.Descendants()).Prepend(node),
        _ => [node],
    };
}
