using System.Collections.Concurrent;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.EndToEnd.Plans;

/// <summary>A store that has been open for long: tens of thousands of rows in every table that grows. PostgreSQL notes how it runs each statement.</summary>
public sealed class FilledStore(LocalServers servers) : StoreFixture(servers)
{
    /// <summary>In each table that grows, or more.</summary>
    public const int Rows = 20_000;

    private readonly ConcurrentDictionary<string, byte> _visited = new();

    internal IEnumerable<RunningService> Processes => [Users, Products, Carts, Orders];

    /// <summary>Method and path, as mapped, of the routes that have been asked for, whatever the answer.</summary>
    internal ICollection<string> Visited => _visited.Keys;

    /// <summary>Those with as many rows from the beginning.</summary>
    internal HashSet<string> GrowingTables { get; } = [];

    /// <summary>Every plan so far.</summary>
    internal IReadOnlyList<StatementPlan> Plans() => StatementPlan.ReadAll(
        Path.Combine(Servers.Logs, "postgres.log"), [.. Named().Select(pair => NameOf(pair.Database))]);

    public override async ValueTask DisposeAsync()
    {
        NpgsqlConnection.ClearAllPools();
        await base.DisposeAsync();
    }

    protected override async Task<TestDatabases> CreateDatabasesAsync()
    {
        var databases = await base.CreateDatabasesAsync();
        foreach (var (name, database) in Named(databases))
        {
            await using var connection = new NpgsqlConnection(database.Superuser + ";Pooling=false;CommandTimeout=300");
            await connection.OpenAsync();
            await ExecuteAsync(connection, FillSql.Of(name).Replace(":rows", $"{Rows}", StringComparison.Ordinal));
            await ExecuteAsync(connection, "vacuum analyze");
            GrowingTables.UnionWith(await LargeTablesAsync(connection));
            foreach (var setting in ExplainSettings)
                await ExecuteAsync(connection, $"alter database {NameOf(database)} set {setting}");
        }
        return databases;
    }

    protected override void Configure(string service, IServiceCollection services) =>
        services.AddSingleton<IStartupFilter>(new Visits(_visited));

    private static readonly string[] ExplainSettings =
    [
        "session_preload_libraries = 'auto_explain'",
        "auto_explain.log_min_duration = 0",
        // With what each step has read. Times are not looked at, and cost the most.
        "auto_explain.log_analyze = on",
        "auto_explain.log_timing = off",
        "auto_explain.log_nested_statements = on",
        "auto_explain.log_format = 'json'",
    ];

    private IEnumerable<(string Name, TestDatabase Database)> Named() => Named(Databases);

    private static IEnumerable<(string Name, TestDatabase Database)> Named(TestDatabases databases) =>
        [("users", databases.Users), ("products", databases.Products), ("carts", databases.Carts), ("orders", databases.Orders)];

    private static string NameOf(TestDatabase database) =>
        new NpgsqlConnectionStringBuilder(database.Service).Database ?? throw new InvalidOperationException("A database has no name.");

    private static async Task<List<string>> LargeTablesAsync(NpgsqlConnection connection)
    {
        await using var command = new NpgsqlCommand("select relname::text from pg_class where relkind = 'r' and reltuples >= $1", connection)
        {
            Parameters = { new NpgsqlParameter { Value = (float)Rows } },
        };
        await using var rows = await command.ExecuteReaderAsync();
        var names = new List<string>();
        while (await rows.ReadAsync())
            names.Add(rows.GetString(0));
        return names;
    }

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync();
    }

    /// <summary>Remembers where each request ended up.</summary>
    private sealed class Visits(ConcurrentDictionary<string, byte> visited) : IStartupFilter
    {
        public Action<IApplicationBuilder> Configure(Action<IApplicationBuilder> next) => app =>
        {
            app.Use(async (context, rest) =>
            {
                await rest(context);
                if (context.GetEndpoint() is RouteEndpoint endpoint)
                    visited.TryAdd($"{context.Request.Method} /{endpoint.RoutePattern.RawText?.Trim('/')}", 0);
            });
            next(app);
        };
    }
}
