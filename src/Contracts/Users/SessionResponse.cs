namespace GoCart.Contracts.Users;

/// <summary>One sign-in that has not ended yet.</summary>
/// <param name="IsCurrent">Whether it is the one that asks.</param>
/// <param name="Address">The network address it was begun from.</param>
/// <param name="RefreshedAt">When its access token was renewed last; at first, when it began.</param>
/// <param name="ExpiresAt">When it ends however busy it is.</param>
public sealed record SessionResponse(
    Guid Id, bool IsCurrent, string? Address, DateTimeOffset CreatedAt, DateTimeOffset RefreshedAt, DateTimeOffset ExpiresAt);
