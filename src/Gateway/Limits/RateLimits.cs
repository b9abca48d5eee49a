using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace GoCart.Gateway.Limits;

/// <summary>How much one address, and one user wherever he is, may ask for; the rest is answered 429 with the time to wait.</summary>
internal static class RateLimits
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>()
            .BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();
        builder.Services.AddSingleton<Exemption>();
        builder.AddConnectionLimit();

        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>, Exemption>((limiter, options, exemption) =>
        {
            var limits = options.Value;
            var requests = new RateLimit("requests", limits.RequestsPerSecond, TimeSpan.FromSeconds(1), Client);
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, object>(requests.GetPartition);
            limiter.OnRejected = requests.OnRejected;

            // The routes of appsettings.json name these.
            limiter.AddPolicy("sign-ins", new RateLimit("sign-ins", limits.SignInsPerMinute, TimeSpan.FromMinutes(1), Client));
            limiter.AddPolicy("registrations", new RateLimit("registrations", limits.RegistrationsPerHour, TimeSpan.FromHours(1), Client));

            IPAddress? Client(HttpContext context) =>
                (context.Connection.RemoteIpAddress ?? IPAddress.None) is var address && exemption.Holds(address)
                    ? null
                    : ClientAddress.NetworkOf(address);
        });
    }

    /// <summary>Counts what a user sends from everywhere; it has to know who it is, so it stands behind authentication.</summary>
    public static void UseUserRateLimit(this WebApplication app)
    {
        var options = app.Services.GetRequiredService<IOptions<RateLimitOptions>>().Value;
        var exemption = app.Services.GetRequiredService<Exemption>();
        var requests = new RateLimit("user-requests", options.RequestsPerSecondPerUser, TimeSpan.FromSeconds(1), User);
        var limiter = PartitionedRateLimiter.Create<HttpContext, object>(requests.GetPartition);
        app.Lifetime.ApplicationStopped.Register(limiter.Dispose);

        app.Use(async (context, next) =>
        {
            using var lease = limiter.AttemptAcquire(context);
            if (lease.IsAcquired)
                await next(context);
            else
                await requests.AnswerAsync(context, lease);
        });

        object? User(HttpContext context) =>
            exemption.Holds(context.Connection.RemoteIpAddress ?? IPAddress.None) ? null : context.Features.Get<CurrentUser>()?.Id;
    }

    /// <param name="whom">What is counted together; null is not counted.</param>
    private sealed class RateLimit(string name, int permits, TimeSpan window, Func<HttpContext, object?> whom) : IRateLimiterPolicy<object>
    {
        private static readonly object Nobody = new();

        public Func<OnRejectedContext, CancellationToken, ValueTask> OnRejected =>
            (rejected, _) => new(AnswerAsync(rejected.HttpContext, rejected.Lease));

        public RateLimitPartition<object> GetPartition(HttpContext httpContext) => whom(httpContext) is { } counted
            ? RateLimitPartition.GetFixedWindowLimiter(counted, _ => new FixedWindowRateLimiterOptions { PermitLimit = permits, Window = window })
            : RateLimitPartition.GetNoLimiter(Nobody);

        /// <summary>Headers as in the IETF draft "RateLimit header fields for HTTP".</summary>
        public Task AnswerAsync(HttpContext context, RateLimitLease lease)
        {
            var wait = lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : window;
            var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

            var headers = context.Response.Headers;
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={permits};w={window.TotalSeconds}");
            headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r=0;t={seconds}");
            return Problem.ForStatus(StatusCodes.Status429TooManyRequests).ExecuteAsync(context);
        }
    }
}
