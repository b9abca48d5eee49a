using System.Net;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using Microsoft.Extensions.Options;
using Yarp.ReverseProxy.Model;

namespace GoCart.Gateway.Limits;

/// <summary>
/// How much one address, and one user wherever he is, may ask for. Every answer says what is left; what is beyond it is answered
/// 429 with the time to wait. The counts are of this process: docs/decisions/0032 says what is counted in the database, and why.
/// </summary>
internal sealed class RateLimits
{
    /// <summary>In the metadata of a route: a limit of its own, beside the one of all requests.</summary>
    private const string Metadata = "RateLimit";

    private readonly RequestCounts<IPAddress> _requests;
    private readonly RequestCounts<Guid> _userRequests;
    private readonly Dictionary<string, RequestCounts<IPAddress>> _ofRoutes;
    private readonly Exemption _exemption;

    public RateLimits(IOptions<RateLimitOptions> options, Exemption exemption, TimeProvider clock)
    {
        var limits = options.Value;
        _exemption = exemption;
        _requests = new(new("requests", limits.RequestsPerSecond, TimeSpan.FromSeconds(1)), clock);
        _userRequests = new(new("user-requests", limits.RequestsPerSecondPerUser, TimeSpan.FromSeconds(1)), clock);
        _ofRoutes = new()
        {
            ["sign-ins"] = new(new("sign-ins", limits.SignInsPerMinute, TimeSpan.FromMinutes(1)), clock),
        };
    }

    /// <summary>Before anybody looks at a token: a flood costs next to nothing.</summary>
    public Task LimitAddressAsync(HttpContext context, RequestDelegate next)
    {
        var address = context.Connection.RemoteIpAddress ?? IPAddress.None;
        if (_exemption.Holds(address))
            return next(context);

        var client = ClientAddress.NetworkOf(address);
        return IsGranted(context, _requests, client)
            && (LimitOfRoute(context) is not { } limit || IsGranted(context, limit, client))
                ? next(context)
                : RefuseAsync(context);
    }

    /// <summary>Counts what a user sends from everywhere; it has to know who it is, so it stands behind authentication.</summary>
    public Task LimitUserAsync(HttpContext context, RequestDelegate next) =>
        context.Features.Get<CurrentUser>() is not { } user
        || _exemption.Holds(context.Connection.RemoteIpAddress ?? IPAddress.None)
        || IsGranted(context, _userRequests, user.Id)
            ? next(context)
            : RefuseAsync(context);

    private RequestCounts<IPAddress>? LimitOfRoute(HttpContext context) =>
        context.GetEndpoint()?.Metadata.GetMetadata<RouteModel>()?.Config.Metadata?.GetValueOrDefault(Metadata) is { } name
            ? _ofRoutes[name]
            : null;

    private static bool IsGranted<TKey>(HttpContext context, RequestCounts<TKey> counts, TKey key) where TKey : notnull
    {
        var allowance = counts.Take(key);
        counts.Policy.Tell(context, allowance);
        return allowance.IsGranted;
    }

    private static Task RefuseAsync(HttpContext context) =>
        Problem.ForStatus(StatusCodes.Status429TooManyRequests).ExecuteAsync(context);
}

internal static class RateLimitSetup
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>()
            .Configure(options => options.ExemptLoopback = builder.Environment.IsDevelopment())
            .BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Exemption>();
        builder.Services.AddSingleton<RateLimits>();
        builder.AddConnectionLimit();
    }
}
