using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using GoCart.Tests.BadInput;

namespace GoCart.Tests.Fuzz;

/// <summary>What must hold of every answer, whatever was asked.</summary>
internal sealed class AnswerCheck(ApiDocument document)
{
    /// <summary>May come of any request that is odd enough; they need not stand at every operation.</summary>
    private static readonly HashSet<int> OfOddRequests = [400, 404, 405, 413, 414, 415, 431];

    /// <summary>What is wrong with the answer, or null.</summary>
    public string? FaultOf(FuzzRequest request, RawAnswer answer)
    {
        var status = answer.Status.ToString(CultureInfo.InvariantCulture);
        if (answer.Count != 1)
            return $"{answer.Count} answers";
        if (answer.Status >= 500)
            return "an error of ours";
        if (!request.Operation.Responses.ContainsKey(status) && !(request.IsOdd && OfOddRequests.Contains(answer.Status)))
            return $"{status} is not documented";
        if (request.MustBeRefused && answer.Status < 400)
            return "the body breaks the rules and was accepted";
        if (Refusals.TelltaleIn(answer) is { } telltale)
            return $"it tells {telltale}";
        // Of a header with control characters in it, or a line that is too long: the server does not read on.
        if (answer is { Status: 400 or 414 or 431, Body: "" } && request.IsOdd)
            return null;
        return answer.Status >= 400 ? Refusals.FaultOf(answer) : FaultOfSuccess(request.Operation, status, answer);
    }

    private string? FaultOfSuccess(ApiOperation operation, string status, RawAnswer answer)
    {
        var content = operation.Responses[status]?["content"]?.AsObject().FirstOrDefault().Value;
        if (operation.Method == "HEAD" || content is null || answer.Body.Length == 0)
            return null;

        try
        {
            return FaultOf(JsonNode.Parse(answer.Body), content["schema"], "$");
        }
        catch (JsonException e)
        {
            return e.Message;
        }
    }

    /// <summary>Whether a value is what the document says, in types and names.</summary>
    private string? FaultOf(JsonNode? value, JsonNode? schema, string at)
    {
        var resolved = document.Resolve(schema);
        if (value is not null)
            resolved = document.ThatIsNotNull(resolved);
        var types = ApiDocument.TypesOf(resolved);
        var type = TypeOf(value);
        if (types.Count > 0 && !types.Contains(type) && !(type == "integer" && types.Contains("number")))
            return $"{at} is {type}, not {string.Join(" or ", types)}";

        return value switch
        {
            JsonObject fields when resolved["properties"] is JsonObject properties => FaultOfObject(fields, properties, resolved, at),
            JsonArray items => items.Select((item, i) => FaultOf(item, resolved["items"], $"{at}[{i}]")).FirstOrDefault(fault => fault is not null),
            _ => null,
        };
    }

    private string? FaultOfObject(JsonObject value, JsonObject properties, JsonObject schema, string at)
    {
        var missing = schema["required"]?.AsArray().Select(name => $"{name}").FirstOrDefault(name => !value.ContainsKey(name));
        if (missing is not null)
            return $"{at}.{missing} is missing";
        return value.Select(member => properties.ContainsKey(member.Key)
                ? FaultOf(member.Value, properties[member.Key], $"{at}.{member.Key}")
                : $"{at}.{member.Key} is not documented")
            .FirstOrDefault(fault => fault is not null);
    }

    private static string TypeOf(JsonNode? value) => value?.GetValueKind() switch
    {
        null or JsonValueKind.Null => "null",
        JsonValueKind.Object => "object",
        JsonValueKind.Array => "array",
        JsonValueKind.True or JsonValueKind.False => "boolean",
        JsonValueKind.String => "string",
        _ => value.ToJsonString().All(character => char.IsAsciiDigit(character) || character == '-') ? "integer" : "number",
    };
}
