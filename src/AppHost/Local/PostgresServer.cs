using Npgsql;

namespace GoCart.AppHost.Local;

/// <param name="Folder">A folder of the server's own; made when it is missing.</param>
/// <param name="Port">On 127.0.0.1.</param>
/// <param name="LogFile">Where the server's messages go; deadlocks and long waits for locks stand there.</param>
/// <param name="IsDurable">False for tests: what a power cut would destroy is thrown away anyway.</param>
internal sealed record PostgresSettings(
    string Folder, int Port, string SuperuserPassword, string LogFile, bool IsDurable = true)
{
    /// <summary>No log can print the password by printing the settings.</summary>
    public override string ToString() => nameof(PostgresSettings);
}

/// <summary>A private PostgreSQL on 127.0.0.1. Roles and databases of the store: <see cref="StoreDatabases"/>.</summary>
internal abstract class PostgresServer(PostgresSettings settings) : LocalServer
{
    public const string Superuser = "postgres";

    public int Port => settings.Port;

    /// <summary>Its own, with the data in it.</summary>
    public string Folder => settings.Folder;

    protected PostgresSettings Settings => settings;

    /// <summary>What is set on the command line, wherever the server runs.</summary>
    protected IEnumerable<string> Options =>
    [
        "max_connections=300", "timezone=UTC", "log_timezone=UTC",
        // Short statements only: compiling a plan costs more than running it.
        "jit=off", "random_page_cost=1.1",
        "log_lock_waits=on", "log_line_prefix=%m [%p] %u@%d ", "log_checkpoints=off",
        .. settings.IsDurable
            ? (string[])[
                "fsync=on", "recovery_init_sync_method=syncfs", "synchronous_commit=on", "full_page_writes=on", "max_wal_size=1GB",
                $"shared_buffers={SharedBuffers}MB",
            ]
            : ["fsync=off", "synchronous_commit=off", "full_page_writes=off", "max_wal_size=256MB", "shared_buffers=128MB"],
    ];

    /// <summary>An eighth of the memory, in MB: services, the broker and the page cache want theirs. It is taken only as it is used.</summary>
    private static long SharedBuffers => Math.Clamp(GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / 8 >> 20, 128, 1024);

    public string ConnectionString(string database = "postgres") =>
        ConnectionString(database, Superuser, settings.SuperuserPassword);

    public string ConnectionString(string database, string role, string password) =>
        new NpgsqlConnectionStringBuilder
        {
            Host = "127.0.0.1",
            Port = settings.Port,
            Database = database,
            Username = role,
            Password = password,
            // It never leaves the machine; asking for TLS first would cost a round trip a connection.
            SslMode = SslMode.Disable,
        }.ConnectionString;

    /// <summary>The interrupt is PostgreSQL's fast shutdown: clients are sent away, then everything is written.</summary>
    public override async Task StopAsync(TimeSpan patience)
    {
        if (Process is not null)
            await Process.StopAsync(Signal.Interrupt, patience);
    }

    protected override async Task<bool> IsReadyAsync(ChildProcess child, CancellationToken cancellationToken)
    {
        try
        {
            // With scram the server proves that it knows the password, too: no other PostgreSQL passes for ours.
            await using var connection = new NpgsqlConnection(ConnectionString() + ";Pooling=false");
            await connection.OpenAsync(cancellationToken);
            return true;
        }
        // Not there yet, or still starting up, which after a crash means replaying what was written last.
        catch (NpgsqlException)
        {
            return false;
        }
    }
}
