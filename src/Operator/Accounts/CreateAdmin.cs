using System.Globalization;
using GoCart.BuildingBlocks.Auth;
using Npgsql;

namespace GoCart.Operator.Accounts;

/// <summary>Makes an administrator, the first and any other. The service itself can make customers only.</summary>
public static class CreateAdmin
{
    /// <returns>The new account's id.</returns>
    /// <exception cref="RefusedInputException">The e-mail or the password breaks the rules of registration.</exception>
    /// <exception cref="TakenException">There is an account with this e-mail.</exception>
    /// <exception cref="OperatorException">The database does not answer, or its tables are missing.</exception>
    public static async Task<Guid> ExecuteAsync(
        OperatorSettings settings, string email, string password, TimeProvider clock, CancellationToken cancellationToken)
    {
        email = EmailAddress.Normalize(email);
        if (!EmailAddress.IsValid(email))
            throw Refused(EmailAddress.Rule, "The e-mail");
        if (!Password.IsAcceptable(password))
            throw Refused(Password.Rule, "The password");

        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        try
        {
            PasswordHash.EnsureAvailable();
            await using var connection = new NpgsqlConnection(settings.Owner("users"));
            await connection.OpenAsync(cancellationToken);
            await using var insert = new NpgsqlCommand(
                """
                insert into users (id, email, password_hash, role, created_at, updated_at)
                values ($1, $2, $3, $4, $5, $5)
                """,
                connection)
            {
                Parameters =
                {
                    new() { Value = id }, new() { Value = email }, new() { Value = PasswordHash.Create(password) },
                    new() { Value = Roles.Admin }, new() { Value = now },
                },
            };
            await insert.ExecuteNonQueryAsync(cancellationToken);
            return id;
        }
        catch (PostgresException e) when (e.ConstraintName == "users_email_key")
        {
            throw new TakenException($"There is an account {email} already.");
        }
        catch (Exception e) when (e is NpgsqlException or ArgumentException) // which says what is wrong with the connection string
        {
            throw new OperatorException($"The database users cannot be written: {e.Message}", e);
        }
        // libsodium is not installed, and the message says how to.
        catch (InvalidOperationException e)
        {
            throw new OperatorException(e.Message, e);
        }
    }

    private static RefusedInputException Refused(string rule, string what) =>
        new(string.Format(CultureInfo.InvariantCulture, rule, what));
}
