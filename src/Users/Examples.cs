using GoCart.BuildingBlocks.Auth;
using GoCart.Contracts.Users;
using GoCart.Users.Accounts;
using GoCart.Users.Sessions;

namespace GoCart.Users;

/// <summary>What the OpenAPI document shows of each body that is read or answered.</summary>
internal static class Examples
{
    private const string Email = "ada@example.com";
    private const string Password = "correct horse battery staple";
    private const string Token = "eyJhbGciOiJFUzI1NiIsImtpZCI6IjEiLCJ0eXAiOiJhdCtqd3QifQ.eyJzdWIiOiIuLi4ifQ.c2lnbmF0dXJl";

    private static readonly DateTimeOffset RegisteredAt = new(2026, 1, 15, 9, 0, 0, TimeSpan.Zero);

    private static readonly UserResponse User = new(
        new("0198f1c0-5d6e-7f80-9121-324354657687"), Email, Roles.Customer, RegisteredAt, RegisteredAt);

    public static object[] All =>
    [
        new RegisterUserRequest(Email, Password),
        new LogInRequest(Email, Password),
        User,
        new LoginResponse(User, Token, "Bearer", ExpiresIn: 600),
        new TokenResponse(Token, "Bearer", ExpiresIn: 600),
    ];
}
