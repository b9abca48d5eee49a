using Npgsql;

namespace GoCart.AppHost.Local;

/// <summary>The connection strings of one service's database.</summary>
/// <param name="Service">The service's own role: reads and writes rows.</param>
/// <param name="Owner">The role that owns the database and runs its migrations.</param>
/// <param name="Superuser">For those who look after the store, and for tests.</param>
internal sealed record DatabaseConnections(string Service, string Owner, string Superuser);

/// <summary>
/// The databases users, products, carts and orders, each with two roles that can connect to no other: the service's
/// (users) and the owner's (users_owner).
/// </summary>
/// <param name="passwordOf">The password of a role.</param>
internal sealed class StoreDatabases(PostgresServer server, Func<string, string> passwordOf)
{
    /// <summary>Reads every database and changes none: for the auditor.</summary>
    public const string Auditor = "auditor";

    public static readonly IReadOnlyList<string> Names = ["users", "products", "carts", "orders"];

    public string AuditorConnectionString(string database) => ConnectionString(database, Auditor);

    public string OwnerConnectionString(string database) => ConnectionString(database, Owner(database));

    /// <summary>Makes the roles that are missing, and gives all of them the passwords they should have.</summary>
    public async Task CreateRolesAsync(CancellationToken cancellationToken)
    {
        string[] roles = [.. Names.SelectMany(name => (string[])[name, Owner(name)]), Auditor];
        await using var superuser = await OpenAsync(cancellationToken);

        // The password as a parameter cannot stand in a statement of this kind, so the server quotes it itself.
        await using var batch = new NpgsqlBatch(superuser);
        foreach (var role in roles)
        {
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                """
                select set_config('gocart.password', $1, false)
                """)
            { Parameters = { new NpgsqlParameter { Value = passwordOf(role) } } });
            batch.BatchCommands.Add(new NpgsqlBatchCommand(
                $"""
                do $do$
                begin
                    if not exists (select from pg_roles where rolname = '{role}') then
                        create role {role};
                    end if;
                    execute format('alter role {role} login password %L', current_setting('gocart.password'));
                end $do$
                """));
        }

        batch.BatchCommands.Add(new NpgsqlBatchCommand($"grant pg_read_all_data to {Auditor}"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand($"alter role {Auditor} set default_transaction_read_only = on"));
        // Names in statements and triggers mean our own schema's, whatever else should ever lie in the database.
        foreach (var role in roles)
            batch.BatchCommands.Add(new NpgsqlBatchCommand($"alter role {role} set search_path = public, pg_temp"));
        batch.BatchCommands.Add(new NpgsqlBatchCommand("revoke connect on database postgres, template1 from public"));
        await batch.ExecuteNonQueryAsync(cancellationToken);
    }

    /// <summary>Makes the databases that are missing; a prefix such as "t17_" makes another set of the same roles.</summary>
    /// <param name="template">The prefix of a set to copy, which nobody may be connected to.</param>
    public async Task<IReadOnlyDictionary<string, DatabaseConnections>> CreateAsync(
        CancellationToken cancellationToken, string prefix = "", string? template = null)
    {
        await using var superuser = await OpenAsync(cancellationToken);
        foreach (var name in Names)
        {
            await CreateDatabaseAsync(
                superuser, prefix + name, name, template is null ? "template1" : template + name, cancellationToken);
        }

        return Names.ToDictionary(name => name, name => ConnectionsTo(prefix + name, name));
    }

    public DatabaseConnections ConnectionsTo(string database, string role) => new(
        ConnectionString(database, role), ConnectionString(database, Owner(role)), server.ConnectionString(database));

    private static async Task CreateDatabaseAsync(
        NpgsqlConnection superuser, string database, string role, string template, CancellationToken cancellationToken)
    {
        await using var exists = new NpgsqlCommand("select exists (select from pg_database where datname = $1)", superuser)
        {
            Parameters = { new NpgsqlParameter { Value = database } },
        };
        if (await exists.ExecuteScalarAsync(cancellationToken) is false)
            await ExecuteAsync(superuser, $"create database {database} owner {Owner(role)} template {template}", cancellationToken);

        // Repeated every time: a start that was killed between the statements is mended by the next.
        await ExecuteAsync(superuser, $"revoke all on database {database} from public", cancellationToken);
        await ExecuteAsync(superuser, $"grant connect on database {database} to {role}, {Auditor}", cancellationToken);
        // "Key (email)=(…) already exists" would put a customer's address into the server's log, whoever is connected.
        if (role == "users")
            await ExecuteAsync(superuser, $"alter database {database} set log_error_verbosity = terse", cancellationToken);
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellationToken)
    {
        // The names in these statements are constants of ours and a test's prefix.
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellationToken);
    }

    private static string Owner(string name) => name + "_owner";

    private string ConnectionString(string database, string role) =>
        server.ConnectionString(database, role, passwordOf(role));

    private async Task<NpgsqlConnection> OpenAsync(CancellationToken cancellationToken)
    {
        var connection = new NpgsqlConnection(server.ConnectionString() + ";Pooling=false");
        await connection.OpenAsync(cancellationToken);
        return connection;
    }
}
