using System.Diagnostics.Metrics;

namespace GoCart.Users;

/// <summary>Metrics of users. How many sign-ins succeed or fail, ASP.NET counts already, by route and status.</summary>
internal static class UsersTelemetry
{
    private static readonly Meter Meter = new("GoCart.Users");

    public static Histogram<double> PasswordHashDuration { get; } = Meter.CreateHistogram<double>(
        "gocart.password_hash.duration", "s", "From asking for a hash to having it, the time in the queue included.");

    public static Counter<long> SessionsEnded { get; } = Meter.CreateCounter<long>(
        "gocart.sessions.ended", "{session}", "Sessions by the reason of their end, such as signed_out.");
}
