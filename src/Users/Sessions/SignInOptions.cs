namespace GoCart.Users.Sessions;

/// <summary>Section <c>RateLimits</c>, as far as users reads it.</summary>
internal sealed class SignInOptions
{
    public const string Section = "RateLimits";

    /// <summary>Whether failures from the machine itself are counted by account only; by default so in development only.</summary>
    public bool? ExemptLoopback { get; init; }
}
