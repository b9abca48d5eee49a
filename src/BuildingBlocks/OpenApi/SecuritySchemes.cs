using Microsoft.OpenApi;

namespace GoCart.BuildingBlocks.OpenApi;

internal static class SecuritySchemes
{
    public const string Bearer = "bearer";

    public static OpenApiSecurityScheme CreateBearer() => new()
    {
        Type = SecuritySchemeType.Http,
        Scheme = "bearer",
        BearerFormat = "JWT",
        Description = "The access token that POST /api/login and POST /api/refresh answer.",
    };

    public static OpenApiSecurityScheme CreateCookie(string name) => new()
    {
        Type = SecuritySchemeType.ApiKey,
        In = ParameterLocation.Cookie,
        Name = name,
        Description = "Set by POST /api/login and renewed by POST /api/refresh; no script can read it.",
    };
}
