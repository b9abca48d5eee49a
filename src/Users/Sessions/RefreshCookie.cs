namespace GoCart.Users.Sessions;

/// <summary>The cookie that carries the refresh token: out of the reach of scripts, of other sites and of other paths.</summary>
internal sealed class RefreshCookie(IHostEnvironment environment)
{
    public const string Name = "refresh_token";

    public static RefreshToken? Read(HttpRequest request) => RefreshToken.Parse(request.Cookies[Name]);

    public void Set(HttpResponse response, RefreshToken token, TimeSpan lifetime)
    {
        var options = Options();
        options.MaxAge = lifetime;
        response.Cookies.Append(Name, token.Text, options);
    }

    public void Clear(HttpResponse response) => response.Cookies.Delete(Name, Options());

    private CookieOptions Options() => new()
    {
        HttpOnly = true,
        SameSite = SameSiteMode.Strict,
        Path = "/api",
        // Development has no TLS, and browsers keep no secure cookie from plain HTTP.
        Secure = !environment.IsDevelopment(),
    };
}
