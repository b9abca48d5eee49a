using GoCart.AppHost.Local;
using GoCart.Tests.Infrastructure;
using Npgsql;

namespace GoCart.Tests.Deploy;

/// <summary>The scripts of deploy/postgres, run as the user that PostgreSQL runs as, from a folder of that user.</summary>
internal sealed class PostgresScripts(LocalServers servers, string folder)
{
    private readonly SystemUser? _user = SystemUser.ForServer("postgres");

    /// <summary>Copies them: the user may not be able to enter the repository.</summary>
    public async Task CopyAsync()
    {
        PrivateFolder.Create(folder, _user);
        foreach (var script in Directory.GetFiles(Repository.Path("deploy/postgres"), "*.sh"))
            PrivateFolder.WriteFile(Path.Combine(folder, Path.GetFileName(script)), await File.ReadAllTextAsync(script), _user);
    }

    /// <param name="server">The one the script connects to.</param>
    public Task RunAsync(PostgresServer server, string script, params string[] arguments) =>
        RunAsync(server, new Dictionary<string, string?>(), script, arguments);

    /// <param name="environment">What the script takes from there, beside whom it connects as.</param>
    public async Task RunAsync(PostgresServer server, IReadOnlyDictionary<string, string?> environment, string script, params string[] arguments)
    {
        var log = LogFile.Begin(Path.Combine(servers.Logs, $"{Path.GetFileName(folder)}-{script}.log"));
        var connection = new NpgsqlConnectionStringBuilder(server.ConnectionString());
        var child = await ChildProcess.StartAsync(new ChildCommand(script, "/bin/bash", [Path.Combine(folder, script), .. arguments])
        {
            LogFile = log,
            WorkingDirectory = folder,
            User = _user,
            Environment = new Dictionary<string, string?>(environment)
            {
                ["PGHOST"] = connection.Host,
                ["PGPORT"] = $"{connection.Port}",
                ["PGUSER"] = environment.GetValueOrDefault("PGUSER", connection.Username),
                ["PGPASSWORD"] = environment.GetValueOrDefault("PGPASSWORD", connection.Password),
                ["PATH"] = $"{PostgresPrograms.Find()!.Folder}:{Environment.GetEnvironmentVariable("PATH")}", // its server runs
            },
        });
        Assert.True(await child.Exited == 0, $"{script}:\n{await File.ReadAllTextAsync(log)}");
    }
}
