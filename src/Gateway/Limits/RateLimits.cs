using System.Globalization;
using System.Net;
using System.Threading.RateLimiting;
using GoCart.BuildingBlocks.Http;
using Microsoft.AspNetCore.RateLimiting;
using Microsoft.Extensions.Options;

namespace GoCart.Gateway.Limits;

/// <summary>How much one address may ask for; the rest is answered 429 with the time to wait.</summary>
internal static class RateLimits
{
    public static void AddRateLimits(this WebApplicationBuilder builder)
    {
        builder.Services.AddOptions<RateLimitOptions>()
            .BindConfiguration(RateLimitOptions.Section).ValidateDataAnnotations().ValidateOnStart();

        builder.Services.AddRateLimiter(_ => { });
        builder.Services.AddOptions<RateLimiterOptions>().Configure<IOptions<RateLimitOptions>>((limiter, options) =>
        {
            var limits = options.Value;
            var exemptLoopback = limits.ExemptLoopback ?? builder.Environment.IsDevelopment();

            var requests = new Limit("requests", limits.RequestsPerSecond, TimeSpan.FromSeconds(1), exemptLoopback);
            limiter.GlobalLimiter = PartitionedRateLimiter.Create<HttpContext, IPAddress>(requests.GetPartition);
            limiter.OnRejected = requests.OnRejected;

            // The routes of appsettings.json name these.
            limiter.AddPolicy("sign-ins", new Limit("sign-ins", limits.SignInsPerMinute, TimeSpan.FromMinutes(1), exemptLoopback));
            limiter.AddPolicy("registrations", new Limit("registrations", limits.RegistrationsPerHour, TimeSpan.FromHours(1), exemptLoopback));
        });
    }

    private sealed class Limit(string name, int permits, TimeSpan window, bool exemptLoopback) : IRateLimiterPolicy<IPAddress>
    {
        public Func<OnRejectedContext, CancellationToken, ValueTask> OnRejected => AnswerAsync;

        public RateLimitPartition<IPAddress> GetPartition(HttpContext httpContext)
        {
            var address = Client(httpContext);
            return exemptLoopback && IPAddress.IsLoopback(address)
                ? RateLimitPartition.GetNoLimiter(address)
                : RateLimitPartition.GetFixedWindowLimiter(address, _ => new FixedWindowRateLimiterOptions
                {
                    PermitLimit = permits,
                    Window = window,
                });
        }

        /// <summary>Headers as in the IETF draft "RateLimit header fields for HTTP".</summary>
        private async ValueTask AnswerAsync(OnRejectedContext context, CancellationToken cancellationToken)
        {
            var wait = context.Lease.TryGetMetadata(MetadataName.RetryAfter, out var retryAfter) ? retryAfter : window;
            var seconds = Math.Max(1, (long)Math.Ceiling(wait.TotalSeconds));

            var headers = context.HttpContext.Response.Headers;
            headers.RetryAfter = seconds.ToString(CultureInfo.InvariantCulture);
            headers["RateLimit-Policy"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";q={permits};w={window.TotalSeconds}");
            headers["RateLimit"] = string.Create(CultureInfo.InvariantCulture, $"\"{name}\";r=0;t={seconds}");
            await Problem.ForStatus(StatusCodes.Status429TooManyRequests).ExecuteAsync(context.HttpContext);
        }
    }

    private static IPAddress Client(HttpContext context) =>
        ClientAddress.NetworkOf(context.Connection.RemoteIpAddress ?? IPAddress.None);
}
