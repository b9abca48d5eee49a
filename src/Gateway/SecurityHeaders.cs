namespace GoCart.Gateway;

/// <summary>
/// What every answer tells a browser: take the content type as it stands, load nothing, frame nothing, tell nobody. And what none
/// tells anybody: what it was made with.
/// </summary>
internal static class SecurityHeaders
{
    private const string NothingButTheAnswer = "default-src 'none'; frame-ancestors 'none'";

    /// <summary>Around everything, also what is refused before any of Program.cs has seen it, as an unknown Host is.</summary>
    public static void AddSecurityHeaders(this WebApplicationBuilder builder) =>
        builder.Services.Insert(0, ServiceDescriptor.Singleton<IStartupFilter>(new OnEveryAnswer()));

    private static Task SetAsync(object state)
    {
        var context = (HttpContext)state;
        var headers = context.Response.Headers;
        headers.XContentTypeOptions = "nosniff";
        headers["Referrer-Policy"] = "no-referrer";
        if (headers.ContentSecurityPolicy.Count == 0)
            headers.ContentSecurityPolicy = NothingButTheAnswer;
        if (context.Request.IsHttps)
            headers.StrictTransportSecurity = "max-age=31536000";
        // The services say nothing of the kind; what stands between them and the gateway may.
        headers.Server = default;
        headers.XPoweredBy = default;
        headers.Via = default;
        return Task.CompletedTask;
    }

    private sealed class OnEveryAnswer : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use((context, rest) =>
            {
                context.Response.OnStarting(SetAsync, context);
                return rest(context);
            });
            next(app);
        };
    }
}
