namespace GoCart.Cli.Api;

/// <summary>One request, as a value: it can be sent a second time after the access token was refreshed.</summary>
internal sealed record Call(HttpMethod Method, string Path)
{
    /// <summary>Written as JSON; null for a request without a body.</summary>
    public object? Body { get; init; }

    public bool SignedIn { get; init; }

    /// <summary>The password or refresh token is in it, so it must not be read on the way.</summary>
    public bool CarriesSecret { get; init; }

    public string? RefreshToken { get; init; }

    public string? IfMatch { get; init; }

    public string? IfNoneMatch { get; init; }

    public string? IdempotencyKey { get; init; }

    /// <summary>Seconds the server may hold the answer back (<c>Prefer: wait</c>).</summary>
    public int? WaitSeconds { get; init; }
}
