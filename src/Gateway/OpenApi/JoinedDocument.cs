using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using GoCart.BuildingBlocks.Http;
using GoCart.BuildingBlocks.OpenApi;
using Yarp.ReverseProxy.Configuration;

namespace GoCart.Gateway.OpenApi;

/// <summary>
/// Makes one document: of each service what the gateway passes on, the answers that the gateway adds to it, and the gateway's
/// own routes (gateway.json).
/// </summary>
internal static class JoinedDocument
{
    private static readonly JsonSerializerOptions Readable = new()
    {
        WriteIndented = true,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    };

    /// <summary>What any route may answer behind the gateway, by its name among the components.</summary>
    private static readonly Dictionary<string, int> GatewayAnswers = new()
    {
        ["RateLimited"] = StatusCodes.Status429TooManyRequests,
        ["BadGateway"] = StatusCodes.Status502BadGateway,
        ["Unavailable"] = StatusCodes.Status503ServiceUnavailable,
        ["Timeout"] = StatusCodes.Status504GatewayTimeout,
    };

    /// <summary>On every answer that was counted, whatever it is, by their names among the components.</summary>
    private static readonly Dictionary<string, string> LimitHeaders = new()
    {
        ["RateLimit-Policy"] = "The limits that counted this request, each with its quota `q` and its window `w` in seconds: `\"sign-ins\";q=20;w=60`.",
        ["RateLimit"] = "What each of them has left: `r` requests in the next `t` seconds. Absent where nothing is counted.",
    };

    /// <param name="services">Each service's document, by cluster.</param>
    /// <param name="routes">What the gateway passes on; a service may have more.</param>
    public static byte[] Create(IReadOnlyDictionary<string, JsonObject> services, IReadOnlyList<RouteConfig> routes)
    {
        var document = ReadOwn();
        foreach (var (service, description) in services.OrderBy(entry => entry.Key, StringComparer.Ordinal))
        {
            AddPaths(document, description, [.. routes.Where(route => route.ClusterId == service)]);
            AddComponents(document, description);
        }

        var answers = Section(Section(document, "components"), "responses");
        foreach (var (name, status) in GatewayAnswers)
            answers[name] = ProblemAnswer(status);
        var headers = Section(Section(document, "components"), "headers");
        foreach (var (name, description) in LimitHeaders)
            headers[name] = new JsonObject { ["description"] = description, ["schema"] = new JsonObject { ["type"] = "string" } };
        return JsonSerializer.SerializeToUtf8Bytes(document, Readable);
    }

    private static void AddPaths(JsonObject document, JsonObject description, List<RouteConfig> routes)
    {
        foreach (var (path, item) in Section(description, "paths"))
        {
            var methods = routes.Where(route => route.Match.Path == path).SelectMany(route => route.Match.Methods ?? []);
            foreach (var method in methods.Select(method => method.ToLowerInvariant()))
            {
                if (item?[method]?.DeepClone() is JsonObject operation)
                    Section(Section(document, "paths"), path)[method] = WithGatewayAnswers(operation);
            }
        }
    }

    private static JsonObject WithGatewayAnswers(JsonObject operation)
    {
        var responses = Section(operation, "responses");
        foreach (var status in responses.Select(answer => answer.Key).ToArray())
            AddLimitHeaders(Section(responses, status));
        foreach (var (name, status) in GatewayAnswers)
        {
            // Where the service has the same status, what it says of it holds.
            if (!responses.ContainsKey($"{status}"))
                responses[$"{status}"] = new JsonObject { ["$ref"] = $"#/components/responses/{name}" };
        }
        return operation;
    }

    private static void AddLimitHeaders(JsonObject answer)
    {
        foreach (var name in LimitHeaders.Keys)
            Section(answer, "headers")[name] = new JsonObject { ["$ref"] = $"#/components/headers/{name}" };
    }

    private static void AddComponents(JsonObject document, JsonObject description)
    {
        foreach (var (kind, entries) in Section(description, "components"))
        {
            var known = Section(Section(document, "components"), kind);
            foreach (var (name, entry) in entries?.AsObject() ?? [])
            {
                // Services share these types. While a new version is rolled out they may differ for a moment.
                if (!known.ContainsKey(name))
                    known[name] = entry?.DeepClone();
            }
        }
    }

    private static JsonObject ProblemAnswer(int status)
    {
        var problem = Problem.ForStatus(status).ProblemDetails;
        var answer = new JsonObject
        {
            ["description"] = problem.Detail,
            ["content"] = new JsonObject
            {
                [Problem.ContentType] = new JsonObject
                {
                    ["schema"] = new JsonObject { ["$ref"] = $"#/components/schemas/{ProblemSchema.Name}" },
                    ["examples"] = new JsonObject
                    {
                        [$"{problem.Extensions["code"]}"] = new JsonObject
                        {
                            ["summary"] = problem.Detail,
                            ["value"] = ProblemSchema.Example(problem),
                        },
                    },
                },
            },
        };
        AddLimitHeaders(answer);
        return answer;
    }

    private static JsonObject ReadOwn()
    {
        using var file = typeof(JoinedDocument).Assembly.GetManifestResourceStream("gateway.json")
            ?? throw new InvalidOperationException("gateway.json is not part of the assembly.");
        return JsonNode.Parse(file)?.AsObject() ?? throw new InvalidOperationException("gateway.json is empty.");
    }

    /// <summary>The object of that name, added if it is not there.</summary>
    private static JsonObject Section(JsonObject parent, string name)
    {
        if (parent[name] is not JsonObject section)
            parent[name] = section = [];
        return section;
    }
}
