using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using GoCart.Cli.Sessions;
using GoCart.Contracts;

namespace GoCart.Cli.Api;

/// <summary>Sends calls to the gateway: with a time limit, with the access token where one is needed, and renewing that token.</summary>
internal sealed class StoreConnection(
    ServerAddress server, HttpMessageHandler handler, SessionFile sessions, bool allowPlainHttp) : IDisposable
{
    /// <summary>The gateway itself gives up after 15 s at most.</summary>
    private static readonly TimeSpan TimeLimit = TimeSpan.FromSeconds(20);

    private readonly HttpClient _http = new(handler)
    {
        Timeout = Timeout.InfiniteTimeSpan,
        MaxResponseContentBufferSize = 32 * 1024 * 1024,
        DefaultRequestHeaders =
        {
            { "Accept", "application/json" },
            { "User-Agent", $"gocart/{typeof(StoreConnection).Assembly.GetName().Version?.ToString(3)}" },
        },
    };

    public ServerAddress Server => server;

    public SessionFile Sessions => sessions;

    /// <summary>
    /// The e-mail address of the person for whom calls are sent; the first call decides if nobody has said. Another gocart may
    /// sign somebody else in meanwhile: what this person asked for is not done in that one's name.
    /// </summary>
    public string? ActsFor { get; set; }

    public void Dispose() => _http.Dispose();

    /// <returns>A successful answer, or 304 if the call said <c>If-None-Match</c>.</returns>
    /// <exception cref="StoreProblemException">The store refused.</exception>
    /// <exception cref="NoAnswerException">It could not be asked, or did not answer.</exception>
    public async Task<HttpResponseMessage> SendAsync(Call call, CancellationToken cancellationToken)
    {
        if (!call.SignedIn)
            return await AcceptAsync(await SendOnceAsync(call, accessToken: null, cancellationToken), cancellationToken);

        var session = OwnSession(sessions.Find(server) ?? throw CliException.NotSignedIn($"You are not signed in at {server}."));
        ActsFor = session.Email;
        var response = await SendOnceAsync(call, session.AccessToken, cancellationToken);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            response.Dispose();
            session = await RefreshAsync(session);
            response = await SendOnceAsync(call, session.AccessToken, cancellationToken);
        }

        return await AcceptAsync(response, cancellationToken);
    }

    /// <summary>
    /// Gets the next access token. The lock is held meanwhile: a refresh token works once, and two processes that used the
    /// same one would end the session for both. Who waited finds the other's new token and takes that.
    /// </summary>
    /// <remarks>Not cancellable: stopping between the server's answer and our write would lose the session.</remarks>
    private async Task<Session> RefreshAsync(Session refused)
    {
        using var locked = await sessions.LockAsync(CancellationToken.None);
        var current = OwnSession(
            locked.Find(server) ?? throw CliException.NotSignedIn($"You are not signed in at {server} any more."));
        if (current.AccessToken != refused.AccessToken)
            return current;

        var call = new Call(HttpMethod.Post, "/api/refresh") { RefreshToken = current.RefreshToken };
        using var response = await SendRefreshAsync(call);
        if (response.StatusCode == HttpStatusCode.Unauthorized)
        {
            locked.Remove(server);
            throw CliException.NotSignedIn("Your session has ended.");
        }

        using var accepted = await AcceptAsync(response, CancellationToken.None);
        var token = await ReadAsync<Contracts.Users.TokenResponse>(accepted, CancellationToken.None);
        var renewed = current with
        {
            AccessToken = token.Value.Token,
            RefreshToken = SetCookie(accepted) ?? current.RefreshToken,
        };
        locked.Save(server, renewed);
        return renewed;
    }

    /// <exception cref="CliException">It is somebody else's.</exception>
    public Session OwnSession(Session session) => ActsFor is null || ActsFor == session.Email
        ? session
        : throw CliException.NotSignedIn($"{session.Email} has signed in at {server} meanwhile, in place of {ActsFor}; nothing was done.");

    private async Task<HttpResponseMessage> SendRefreshAsync(Call call)
    {
        try
        {
            return await SendOnceAsync(call, accessToken: null, CancellationToken.None);
        }
        // The answer may have been lost after the token was replaced; the server takes the old one for a few seconds more.
        catch (NoAnswerException)
        {
            return await SendOnceAsync(call, accessToken: null, CancellationToken.None);
        }
    }

    private async Task<HttpResponseMessage> SendOnceAsync(Call call, string? accessToken, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(call.Method, server.At(call.Path));
        Fill(request.Headers, call, accessToken);
        if (call.Body is { } body)
            request.Content = JsonContent.Create(body, body.GetType(), options: Json.Tolerant);

        if (!allowPlainHttp && !server.IsEncrypted && !server.IsLoopback
            && (call.CarriesSecret || call.RefreshToken is not null || accessToken is not null))
        {
            throw CliException.Usage(
                $"Passwords and tokens are not sent to {server}: everybody on the way could read them.",
                "Use an https address, or add --insecure if you trust that network.");
        }

        using var limited = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        limited.CancelAfter(TimeLimit);
        try
        {
            return await _http.SendAsync(request, limited.Token);
        }
        catch (HttpRequestException e)
        {
            throw new NoAnswerException(server, e);
        }
        // The time to connect ended: of all that ends in time only this has a cause.
        catch (OperationCanceledException e) when (e.InnerException is TimeoutException && !limited.IsCancellationRequested)
        {
            throw NoAnswerException.NoConnection(server);
        }
        catch (OperationCanceledException) when (!cancellationToken.IsCancellationRequested)
        {
            throw new NoAnswerException(server, TimeLimit);
        }
    }

    private static void Fill(HttpRequestHeaders headers, Call call, string? accessToken)
    {
        if (accessToken is not null)
            headers.Authorization = new AuthenticationHeaderValue("Bearer", accessToken);
        Add("Cookie", call.RefreshToken is { } token ? RefreshCookie.Write(token) : null);
        Add("If-Match", call.IfMatch);
        Add("If-None-Match", call.IfNoneMatch);
        Add("Idempotency-Key", call.IdempotencyKey);
        Add("Prefer", call.WaitSeconds is { } seconds ? $"wait={seconds}" : null);

        void Add(string name, string? value)
        {
            if (value is not null)
                headers.TryAddWithoutValidation(name, value);
        }
    }

    private async Task<HttpResponseMessage> AcceptAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode || response.StatusCode == HttpStatusCode.NotModified)
            return response;

        using (response)
        {
            var retryAfter = response.Headers.RetryAfter?.Delta;
            throw new StoreProblemException((int)response.StatusCode, await ReadProblemAsync(response, cancellationToken), retryAfter);
        }
    }

    private async Task<Problem> ReadProblemAsync(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        try
        {
            var problem = await response.Content.ReadFromJsonAsync<Problem>(Json.Tolerant, cancellationToken);
            if (problem is { Detail: not null } or { Title: not null })
                return problem;
        }
        catch (JsonException)
        {
            // Answered below: something else than the store, a proxy perhaps, spoke here.
        }

        return Problem.Saying($"{server} answered {(int)response.StatusCode}, and not as a GoCart store does.");
    }

    /// <exception cref="CliException">The body is not what a store sends.</exception>
    public async Task<Reply<T>> ReadAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var json = await response.Content.ReadAsStringAsync(cancellationToken);
        try
        {
            var value = JsonSerializer.Deserialize<T>(json, Json.Tolerant) ?? throw new JsonException();
            return new Reply<T>(value, json, response.Headers.ETag?.ToString());
        }
        catch (JsonException)
        {
            throw NotAStore();
        }
    }

    private CliException NotAStore() => new(
        ExitCode.Failed, $"{server} answered, but not as a GoCart store does.",
        "Another address goes into --server or GOCART_SERVER.");

    /// <exception cref="CliException">The body is not a list as a store sends it.</exception>
    public async Task<Page<T>> ReadPageAsync<T>(HttpResponseMessage response, CancellationToken cancellationToken)
    {
        var items = (await ReadAsync<List<JsonElement>>(response, cancellationToken)).Value;
        var next = response.Headers.TryGetValues("Link", out var links) ? LinkHeader.Next(links) : null;
        try
        {
            return new Page<T>(
                [.. items.Select(item => item.Deserialize<T>(Json.Tolerant) ?? throw new JsonException())],
                [.. items.Select(item => item.GetRawText())],
                next);
        }
        catch (JsonException)
        {
            throw NotAStore();
        }
    }

    public static string? SetCookie(HttpResponseMessage response) =>
        response.Headers.TryGetValues("Set-Cookie", out var values) ? RefreshCookie.Read(values) : null;
}
