namespace GoCart.Gateway.OpenApi;

internal static class DocsPage
{
    private const string Path = "/docs";

    /// <summary>The page's own scripts and pictures, calls to this server, and nothing from anywhere else.</summary>
    private const string ContentSecurityPolicy =
        "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; connect-src 'self'; "
        + "base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

    /// <summary>Swagger UI: shows /openapi/v1.json, and calls it with the token that is entered there.</summary>
    public static void UseDocsPage(this WebApplication app)
    {
        app.UseWhen(context => context.Request.Path.StartsWithSegments(Path, StringComparison.Ordinal), page => page.Use((context, next) =>
        {
            context.Response.Headers.ContentSecurityPolicy = ContentSecurityPolicy;
            return next(context);
        }));
        app.UseSwaggerUI(page =>
        {
            page.RoutePrefix = Path[1..];
            page.DocumentTitle = "GoCart API";
            page.SwaggerEndpoint("/openapi/v1.json", "GoCart");
            page.DisplayOperationId();
            page.DisplayRequestDuration();
            page.DefaultModelsExpandDepth(0);
        });
    }
}
