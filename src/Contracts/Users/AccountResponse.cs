namespace GoCart.Contracts.Users;

/// <summary>An account as administrators see it.</summary>
/// <param name="Role"><c>customer</c>, <c>catalog</c>, <c>support</c> or <c>admin</c>.</param>
/// <param name="Disabled">Whether its owner is kept from signing in.</param>
/// <param name="Version">Grows with every change of the account; its ETag.</param>
public sealed record AccountResponse(
    Guid Id, string Email, string Role, bool Disabled, long Version, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);
