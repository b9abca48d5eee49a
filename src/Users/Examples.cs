using System.Text.Json;
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
        new ChangePasswordRequest(Password, "a better horse battery staple"),
        new EraseAccountRequest(Password),
        new SessionResponse(
            new("0198f1c0-6d6e-7f80-9121-324354657688"), IsCurrent: true, "203.0.113.7", RegisteredAt, RegisteredAt.AddHours(1),
            RegisteredAt.AddDays(90)),
        new AccountResponse(User.Id, Email, Roles.Support, Disabled: false, Version: 2, RegisteredAt, RegisteredAt.AddDays(1)),
        new UpdateAccountRequest { Role = Roles.Support },
        new AuditEntry(
            new("0198f1c0-7d6e-7f80-9121-324354657689"), RegisteredAt.AddDays(1), "users", AuditActions.AccountChanged,
            new("0198f1c0-4d6e-7f80-9121-324354657686"), Roles.Admin, User.Id, "203.0.113.7",
            JsonElement.Parse("""{"role":"customer","disabled":false}"""), JsonElement.Parse("""{"role":"support","disabled":false}"""),
            "4bf92f3577b34da6a3ce929d0e0e4736"),
    ];
}
