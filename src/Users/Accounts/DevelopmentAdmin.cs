using GoCart.BuildingBlocks.Auth;
using GoCart.BuildingBlocks.Database;
using Npgsql;

namespace GoCart.Users.Accounts;

/// <summary>The administrator everybody knows, for development only.</summary>
internal static class DevelopmentAdmin
{
    public const string Email = "admin@example.com";
    public const string Password = "admin123";

    /// <summary>Makes the account; nothing the second time.</summary>
    /// <param name="owner">With the role that owns the database: the service's own role can make no administrators.</param>
    public static async Task SeedAsync(NpgsqlDataSource owner, TimeProvider clock, CancellationToken cancellationToken)
    {
        var now = clock.GetUtcNow();
        await owner.ExecuteAsync(
            """
            insert into users (id, email, password_hash, role, created_at, updated_at)
            values (@id, @Email, @passwordHash, @Admin, @now, @now)
            on conflict (email) do nothing
            """,
            new { id = Guid.CreateVersion7(now), Email, passwordHash = PasswordHash.Create(Password), Roles.Admin, now },
            cancellationToken);
    }

    /// <summary>Whether anybody who has read the README could sign in.</summary>
    public static async Task<bool> ExistsAsync(NpgsqlDataSource db, CancellationToken cancellationToken)
    {
        var hash = await db.QuerySingleOrDefaultAsync<string>(
            "select password_hash from users where email = @Email", new { Email }, cancellationToken);
        return hash is not null && PasswordHash.Verify(hash, Password);
    }
}
