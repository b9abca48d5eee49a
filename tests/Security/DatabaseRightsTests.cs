using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Security;

/// <summary>A service's role may do to its tables what docs/security.md says, and to everything else nothing.</summary>
public sealed class DatabaseRightsTests(LocalServers servers) : IAsyncLifetime
{
    private const string Page = "docs/security.md";

    private TestDatabases? _databases;

    private static CancellationToken Cancelled => TestContext.Current.CancellationToken;

    public static TheoryData<string> Services => [.. StoreDatabases.Names];

    /// <summary>Whoever gets hold of a service's password must not be able to rewrite what happened.</summary>
    public static TheoryData<string, string> RecordsOfWhatHappened => new()
    {
        { "products", "stock_ledger" },
        { "products", "product_words" },
        { "carts", "ordered_carts" },
        { "orders", "order_items" },
        { "orders", "order_history" },
        { "users", "audit_log" },
        { "products", "audit_log" },
        { "orders", "audit_log" },
    };

    public async ValueTask InitializeAsync() => _databases = await servers.CreateMigratedDatabasesAsync(Cancelled);

    [Theory]
    [MemberData(nameof(Services))]
    public async Task The_rights_to_every_table_are_those_of_the_page(string service)
    {
        await using var superuser = await OpenAsync(DatabaseOf(service).Superuser);

        var documented = (await MarkdownTable.ReadAsync(Page, "## Database rights"))
            .Where(row => row[0] == service)
            .Select(row => $"| {row[0]} | {row[1]} | {row[2]} |");
        var granted = (await DatabaseRights.OfAsync(superuser, service))
            .Select(table => $"| {service} | {table.Key} | {table.Value} |").ToArray();

        Assert.True(granted.SequenceEqual(documented), $"{Page} should say:\n{string.Join('\n', granted)}");
    }

    [Theory]
    [MemberData(nameof(RecordsOfWhatHappened))]
    public async Task A_record_of_what_happened_is_added_to_and_never_changed_or_removed(string service, string table)
    {
        await using var connection = await OpenAsync(DatabaseOf(service).Service);

        var column = await ScalarAsync<string>(
            connection, $"select attname::text from pg_attribute where attrelid = '{table}'::regclass and attnum > 0 and attidentity = '' limit 1");
        foreach (var statement in (string[])[$"update {table} set {column} = {column}", $"delete from {table}", $"truncate {table}"])
            await AssertDeniedAsync(connection, statement);
        Assert.True(await ScalarAsync<bool>(connection, $"select has_table_privilege('{table}', 'select, insert')"));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task Neither_role_of_a_service_is_anything_special_to_the_server(string service)
    {
        await using var superuser = await OpenAsync(DatabaseOf(service).Superuser);

        var special = await ScalarAsync<long>(
            superuser,
            $"""
            select count(*) from pg_roles
            where rolname in ('{service}', '{service}_owner')
              and (rolsuper or rolcreaterole or rolcreatedb or rolreplication or rolbypassrls
                or exists (select from pg_auth_members where member = pg_roles.oid))
            """);

        Assert.Equal(0, special);
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_service_owns_nothing_and_creates_nothing(string service)
    {
        await using var connection = await OpenAsync(DatabaseOf(service).Service);

        Assert.Equal(0, await ScalarAsync<long>(connection, "select count(*) from pg_shdepend where deptype = 'o' and refobjid = current_user::regrole"));
        Assert.False(await ScalarAsync<bool>(
            connection,
            """
            select has_database_privilege(current_database(), 'create, temporary') or has_schema_privilege('public', 'create')
            """));
        foreach (var statement in (string[])[
            "create table mine (id int)", "create temporary table mine (id int)", "create schema mine", "create extension hstore",
            "alter table schema_migrations disable trigger all", "drop table schema_migrations",
            "create function mine() returns int language sql as 'select 1'",
            $"set role {service}_owner", $"set role {PostgresServer.Superuser}", $"alter role {service} superuser", "set session_replication_role = replica",
            "copy (select 1) to program 'true'", "select pg_read_file('postgresql.conf')", "select pg_reload_conf()"])
        {
            await AssertDeniedAsync(connection, statement);
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task No_role_of_a_service_enters_the_database_of_another(string service)
    {
        foreach (var other in StoreDatabases.Names.Where(name => name != service))
        {
            foreach (var own in (string[])[DatabaseOf(service).Service, DatabaseOf(service).Owner])
            {
                var connectionString = new NpgsqlConnectionStringBuilder(own)
                {
                    Database = new NpgsqlConnectionStringBuilder(DatabaseOf(other).Service).Database,
                    Pooling = false,
                }.ConnectionString;

                var refusal = await Assert.ThrowsAsync<PostgresException>(() => OpenAsync(connectionString));
                Assert.Equal(PostgresErrorCodes.InsufficientPrivilege, refusal.SqlState);
            }
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task A_name_in_a_statement_means_the_service_s_own_schema(string service)
    {
        foreach (var connectionString in (string[])[DatabaseOf(service).Service, DatabaseOf(service).Owner])
        {
            await using var connection = await OpenAsync(connectionString);
            Assert.Equal("public, pg_temp", await ScalarAsync<string>(connection, "show search_path"));
        }
    }

    /// <summary>Otherwise the address that somebody registers a second time stands there.</summary>
    [Fact]
    public async Task The_log_does_not_name_the_values_that_break_a_rule_of_users()
    {
        foreach (var connectionString in (string[])[_databases!.Users.Service, _databases.Users.Owner, _databases.Users.Superuser]) // made before every test
        {
            await using var connection = await OpenAsync(connectionString);
            Assert.Equal("terse", await ScalarAsync<string>(connection, "show log_error_verbosity"));
        }
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task No_function_lends_its_owner_s_rights_to_its_caller_but_the_one_that_removes_old_rows_of_the_audit_log(string service)
    {
        await using var superuser = await OpenAsync(DatabaseOf(service).Superuser);

        // Who may call it, and from where it takes its names, whatever its caller's are.
        var lent = service == "carts"
            ? ""
            : $"audit_log_remove_old(days integer) search_path=public, pg_temp {service} {service}_owner";
        Assert.Equal(lent, await ScalarAsync<string>(
            superuser,
            """
            select coalesce(string_agg(
              format('%s(%s) %s %s', proname, pg_get_function_arguments(oid), array_to_string(proconfig, ','), (
                select string_agg(coalesce(rolname, 'public'), ' ' order by rolname)
                from aclexplode(proacl) left join pg_roles on pg_roles.oid = grantee)), ' '), '')
            from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
            """));
    }

    [Theory]
    [MemberData(nameof(Services))]
    public async Task The_roles_of_a_database_container_have_the_same_rights(string service)
    {
        await using var virtualHost = await servers.CreateVirtualHostAsync(Cancelled);
        await using var store = new Deploy.ContainerStore(servers, _databases!, virtualHost); // made before every test
        await store.CreateDatabaseAsync(service);
        await store.MigrateAsync(service);

        await using var superuser = await OpenAsync(DatabaseOf(service).Superuser);
        await using var container = await OpenAsync(store.SuperuserOf(service));
        await using var connection = await OpenAsync(store.ServiceRoleOf(service));
        Assert.Equal(
            await DatabaseRights.OfAsync(superuser, service),
            await DatabaseRights.OfAsync(container, await ScalarAsync<string>(connection, "select current_user::text")));
        Assert.Equal("public, pg_temp", await ScalarAsync<string>(connection, "show search_path"));
        await AssertDeniedAsync(connection, "create table mine (id int)");
        await AssertDeniedAsync(connection, "create temporary table mine (id int)");
    }

    public async ValueTask DisposeAsync()
    {
        if (_databases is not null)
            await _databases.DisposeAsync();
    }

    private TestDatabase DatabaseOf(string service) => service switch
    {
        "users" => _databases!.Users, // made before every test
        "products" => _databases!.Products,
        "carts" => _databases!.Carts,
        "orders" => _databases!.Orders,
        _ => throw new ArgumentOutOfRangeException(nameof(service), service, "It has no database."),
    };

    private static async Task AssertDeniedAsync(NpgsqlConnection connection, string statement)
    {
        await using var command = new NpgsqlCommand(statement, connection);
        var refusal = await Assert.ThrowsAsync<PostgresException>(() => command.ExecuteNonQueryAsync(Cancelled));
        Assert.True(refusal.SqlState == PostgresErrorCodes.InsufficientPrivilege, $"{statement}: {refusal.Message}");
    }

    private static async Task<T> ScalarAsync<T>(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        return Assert.IsType<T>(await command.ExecuteScalarAsync(Cancelled));
    }

    private static async Task<NpgsqlConnection> OpenAsync(string connectionString)
    {
        var connection = new NpgsqlConnection(connectionString);
        try
        {
            await connection.OpenAsync(Cancelled);
            return connection;
        }
        catch
        {
            await connection.DisposeAsync();
            throw;
        }
    }
}
