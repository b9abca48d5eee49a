using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using GoCart.BuildingBlocks.Http;
using GoCart.Contracts.Users;
using Microsoft.AspNetCore.Http.HttpResults;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <param name="Email">Trimmed and compared without regard to ASCII case; 3 to 254 characters.</param>
/// <param name="Password">8 to 128 characters of any kind.</param>
public sealed record RegisterUserRequest(
    [EmailAddressRule] string Email,
    [NewPassword] string Password) : IRequestBody<RegisterUserRequest>
{
    /// <summary>No log can print the password by printing the request.</summary>
    public override string ToString() => nameof(RegisterUserRequest);
}

/// <summary>POST /api/users: a new customer.</summary>
internal static class RegisterUser
{
    public static async Task<Results<Created<UserResponse>, ProblemHttpResult>> Handle(
        RegisterUserRequest request,
        ClientAddress client,
        HttpContext context,
        RegistrationLimit limit,
        NpgsqlDataSource db,
        PasswordHasher passwords,
        TimeProvider clock,
        CancellationToken cancellationToken)
    {
        if (!await limit.TryCountAsync(context, client, cancellationToken))
            return Problem.ForStatus(StatusCodes.Status429TooManyRequests);
        if (await passwords.TryHashAsync(request.Password, cancellationToken) is not { } passwordHash)
            return Problems.TooManySignIns();

        var now = clock.GetUtcNow();
        try
        {
            var user = await db.QuerySingleOrDefaultAsync<UserResponse>(
                """
                insert into users (id, email, password_hash, created_at, updated_at)
                values (@id, @email, @passwordHash, @now, @now)
                returning id, email, role, created_at, updated_at
                """,
                new { id = Guid.CreateVersion7(now), email = EmailAddress.Normalize(request.Email), passwordHash, now },
                cancellationToken);
            return TypedResults.Created("/api/me", user);
        }
        // Asking first whether the e-mail is free would race with another registration; the constraint does not.
        catch (PostgresException e) when (e.ConstraintName == "users_email_key")
        {
            return Problems.EmailTaken();
        }
    }
}
