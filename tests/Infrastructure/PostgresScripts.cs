using GoCart.AppHost.Local;
using Npgsql;

namespace GoCart.Tests.Infrastructure;

/// <summary>The scripts of deploy/postgres, run from a folder of the user that PostgreSQL runs as.</summary>
/// <param name="folder">Made when it is missing.</param>
/// <param name="logs">Where they write.</param>
internal sealed class PostgresScripts(string folder, string logs)
{
    private static readonly SystemUser? Postgres = SystemUser.ForServer("postgres");

    /// <summary>Whether scripts can be run as a container of PostgreSQL runs them: as root, who may become that user.</summary>
    public static bool HaveRoot => Postgres is not null;

    /// <summary>Copies them: the user may not be able to enter the repository.</summary>
    public async Task CopyAsync()
    {
        PrivateFolder.Create(folder, Postgres);
        foreach (var script in Directory.GetFiles(Repository.Path("deploy/postgres"), "*.sh"))
            PrivateFolder.WriteFile(Path.Combine(folder, Path.GetFileName(script)), await File.ReadAllTextAsync(script), Postgres);
    }

    /// <param name="server">The one the script connects to.</param>
    public Task RunAsync(PostgresServer server, string script, params string[] arguments) =>
        RunAsync(server, new Dictionary<string, string?>(), script, arguments);

    /// <param name="environment">What the script takes from there, beside whom it connects as.</param>
    public Task RunAsync(PostgresServer server, IReadOnlyDictionary<string, string?> environment, string script, params string[] arguments) =>
        RunAsync(Postgres, server, environment, script, arguments);

    /// <inheritdoc cref="RunAsync(PostgresServer, IReadOnlyDictionary{string, string?}, string, string[])"/>
    /// <remarks>As a container's entry point is run, if we are root.</remarks>
    public Task RunEntryPointAsync(PostgresServer server, IReadOnlyDictionary<string, string?> environment, string script, params string[] arguments) =>
        RunAsync(user: null, server, environment, script, arguments);

    private async Task RunAsync(
        SystemUser? user, PostgresServer server, IReadOnlyDictionary<string, string?> environment, string script, string[] arguments)
    {
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString());
        var child = await ChildProcess.StartAsync(new ChildCommand(script, "/bin/bash", [Path.Combine(folder, script), .. arguments])
        {
            LogFile = LogFile.Begin(Path.Combine(logs, $"{Path.GetFileName(folder)}-{script}.log")),
            WorkingDirectory = folder,
            User = user,
            Environment = new Dictionary<string, string?>(environment)
            {
                ["PGHOST"] = connection.Host,
                ["PGPORT"] = $"{connection.Port}",
                ["PGUSER"] = environment.GetValueOrDefault("PGUSER", connection.Username),
                ["PGPASSWORD"] = environment.GetValueOrDefault("PGPASSWORD", connection.Password),
                ["PATH"] = $"{PostgresPrograms.Find()!.Folder}:{Environment.GetEnvironmentVariable("PATH")}", // its server runs
            },
        });
        if (await child.Exited != 0)
            throw ServerFailedException.From(child, "failed");
    }
}
