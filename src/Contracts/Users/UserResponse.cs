namespace GoCart.Contracts.Users;

/// <param name="Role"><c>customer</c>, <c>catalog</c>, <c>support</c> or <c>admin</c>.</param>
public sealed record UserResponse(Guid Id, string Email, string Role, DateTimeOffset CreatedAt, DateTimeOffset UpdatedAt);

/// <param name="Token">The access token, for <c>Authorization: Bearer</c>.</param>
/// <param name="ExpiresIn">Seconds until the access token expires.</param>
public sealed record LoginResponse(UserResponse User, string Token, string TokenType, int ExpiresIn)
{
    /// <summary>No log can print the token by printing the answer.</summary>
    public override string ToString() => nameof(LoginResponse);
}

/// <param name="ExpiresIn">Seconds until the access token expires.</param>
public sealed record TokenResponse(string Token, string TokenType, int ExpiresIn)
{
    /// <summary>No log can print the token by printing the answer.</summary>
    public override string ToString() => nameof(TokenResponse);
}
