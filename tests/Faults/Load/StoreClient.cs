using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using GoCart.Contracts;

namespace GoCart.Faults.Load;

/// <summary>Sends requests through the gateway and writes down what came of each.</summary>
internal sealed class StoreClient : IDisposable
{
    /// <summary>Longer than every deadline of the store: what takes that long has broken one.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http;
    private readonly ClientLog _log;

    public StoreClient(Uri gateway, ClientLog log)
    {
        _log = log;
        _http = new HttpClient(new SocketsHttpHandler { UseCookies = false, AllowAutoRedirect = false, UseProxy = false })
        {
            BaseAddress = gateway,
            Timeout = Patience,
        };
    }

    /// <summary>One request; a failure to get an answer is an answer here, too.</summary>
    /// <param name="planned">When it should have been sent; null: now.</param>
    /// <param name="prepare">Adds headers.</param>
    public async Task<Answer> SendAsync(
        Route route, HttpMethod method, string path, string? token, object? body = null, TimeSpan? planned = null,
        Action<HttpRequestHeaders>? prepare = null)
    {
        using var request = new HttpRequestMessage(method, new Uri(path, UriKind.Relative));
        // .NET sends a request without a body again by itself when a connection breaks, one with an empty body never.
        if (method != HttpMethod.Get)
            request.Content = body is null ? new ByteArrayContent([]) : JsonContent.Create(body);
        if (token is not null)
            request.Headers.Authorization = new AuthenticationHeaderValue("Bearer", token);
        prepare?.Invoke(request.Headers);

        var sent = _log.Now;
        HttpStatusCode? status = null;
        JsonElement json = default;
        string? fault;
        try
        {
            using var response = await _http.SendAsync(request);
            status = response.StatusCode;
            json = await ReadAsync(response);
            fault = FindFault(response, json);
        }
        catch (Exception e) when (e is HttpRequestException or IOException or TaskCanceledException or JsonException)
        {
            fault = e is JsonException ? $"the body is no JSON: {e.Message}" : $"no answer: {Innermost(e).Message}";
        }

        var exchange = new Exchange(
            route, $"{method} {path}", planned ?? sent, sent, _log.Now, status, Text(json, "code"), fault);
        _log.Add(exchange);
        return new Answer(exchange, json);
    }

    public void Dispose() => _http.Dispose();

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response)
    {
        var bytes = await response.Content.ReadAsByteArrayAsync();
        return bytes.Length == 0 ? default : JsonSerializer.Deserialize<JsonElement>(bytes, Json.Tolerant);
    }

    /// <summary>I13, as far as one answer shows it.</summary>
    private static string? FindFault(HttpResponseMessage response, JsonElement json)
    {
        var status = (int)response.StatusCode;
        if (status < 400)
            return null;

        if (status >= 500 && status is not (502 or 503 or 504))
            return $"{status} is never an answer: {json}";
        if (response.Content.Headers.ContentType?.MediaType != "application/problem+json")
            return $"{status} is no problem+json";
        if (Text(json, "code") is null || Text(json, "trace_id") is null)
            return $"{status} has no code or no trace id";
        return status is 429 or 503 && response.Headers.RetryAfter is null ? $"{status} without Retry-After" : null;
    }

    private static string? Text(JsonElement json, string name) =>
        json.ValueKind == JsonValueKind.Object && json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String
            ? value.GetString()
            : null;

    private static Exception Innermost(Exception exception) =>
        exception.InnerException is { } inner ? Innermost(inner) : exception;
}

/// <param name="Json">The body; undefined if there is none.</param>
internal sealed record Answer(Exchange Exchange, JsonElement Json)
{
    public HttpStatusCode? Status => Exchange.Status;

    /// <exception cref="InvalidOperationException">It is not what one needs to go on.</exception>
    public T Read<T>() => Exchange.IsGood
        ? Json.Deserialize<T>(Contracts.Json.Tolerant) ?? throw new InvalidOperationException($"{Exchange}: null")
        : throw new InvalidOperationException($"{Exchange}: {Json}");
}
