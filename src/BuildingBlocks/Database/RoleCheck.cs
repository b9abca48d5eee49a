using GoCart.BuildingBlocks.Hosting;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;
using Npgsql;

namespace GoCart.BuildingBlocks.Database;

/// <summary>In production a service works with a role that can change rows, and neither tables nor other roles.</summary>
internal sealed class RoleCheck(
    NpgsqlDataSource db, IHostEnvironment environment, IHostApplicationLifetime lifetime, ILogger<RoleCheck> logger)
    : StartCheck(environment, lifetime, logger)
{
    protected override string Question => "whether the database role has more rights than a service needs";

    protected override async Task<string?> FindRefusalAsync(CancellationToken cancellationToken)
    {
        var role = await FindAsync(db, cancellationToken);
        return role.IsPowerful ? Refusal("ConnectionStrings:Database", role.Name, "is a superuser, or may make roles or databases")
            : role.IsOwner ? Refusal("ConnectionStrings:Database", role.Name, "owns the database")
            : null;
    }

    /// <summary>Migrations need the owner, and no more than that.</summary>
    /// <exception cref="InvalidOperationException">Says which role to use.</exception>
    public static async Task RefuseToMigrateAsync(NpgsqlDataSource owner, IHostEnvironment environment, CancellationToken cancellationToken)
    {
        if (environment.IsDevelopment())
            return;
        var role = await FindAsync(owner, cancellationToken);
        if (role.IsPowerful)
            throw new InvalidOperationException(Refusal("ConnectionStrings:Migrations", role.Name, "is a superuser, or may make roles or databases"));
    }

    private static string Refusal(string setting, string role, string reason) =>
        $"Set {setting} to a role that has the rights it needs and no others: {role} {reason}. docs/operations.md lists the roles.";

    private static async Task<Role> FindAsync(NpgsqlDataSource db, CancellationToken cancellationToken) =>
        await db.QuerySingleOrDefaultAsync<Role>(
            """
            select rolname::text as name, rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls as is_powerful,
              exists (select from pg_database where datname = current_database() and pg_has_role(datdba, 'usage')) as is_owner
            from pg_roles where rolname = current_user
            """,
            null, cancellationToken)
        ?? throw new InvalidOperationException("The database does not know the role it let in.");

    private sealed record Role(string Name, bool IsPowerful, bool IsOwner);
}
