using System.Globalization;
using GoCart.BuildingBlocks.Auth;
using Npgsql;

namespace GoCart.Operator.Accounts;

/// <summary>Makes an administrator, the first above all, or one of the other staff. The store itself registers customers only.</summary>
public static class CreateAdmin
{
    /// <param name="role">One of <see cref="Roles.Staff"/>.</param>
    /// <returns>The new account's id.</returns>
    /// <exception cref="RefusedInputException">
    /// The e-mail or the password breaks the rules of registration, or the role is not one of the staff's.
    /// </exception>
    /// <exception cref="TakenException">There is an account with this e-mail.</exception>
    /// <exception cref="OperatorException">The database does not answer, or its tables are missing.</exception>
    public static async Task<Guid> ExecuteAsync(
        OperatorSettings settings, string email, string password, string role, TimeProvider clock, CancellationToken cancellationToken)
    {
        email = EmailAddress.Normalize(email);
        if (!EmailAddress.IsValid(email))
            throw Refused(EmailAddress.Rule, "The e-mail");
        if (!Password.IsAcceptable(password))
            throw Refused(Password.Rule, "The password");
        if (!Roles.Staff.Contains(role))
            throw new RefusedInputException($"The role must be one of {string.Join(", ", Roles.Staff)}.");

        var now = clock.GetUtcNow();
        var id = Guid.CreateVersion7(now);
        try
        {
            PasswordHash.EnsureAvailable();
            await using var connection = new NpgsqlConnection(settings.Owner("users"));
            await connection.OpenAsync(cancellationToken);
            await using var insert = new NpgsqlCommand(
                """
                with account as (
                    insert into users (id, email, password_hash, role, created_at, updated_at)
                    values ($1, $2, $3, $4, $5, $5)
                    returning id, role)
                insert into audit_log (id, at, action, target_id, after)
                select $6, $5, 'account.created', id, jsonb_build_object('role', role) from account
                """,
                connection)
            {
                Parameters =
                {
                    new() { Value = id }, new() { Value = email }, new() { Value = PasswordHash.Create(password) },
                    new() { Value = role }, new() { Value = now }, new() { Value = Guid.CreateVersion7(now) },
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
