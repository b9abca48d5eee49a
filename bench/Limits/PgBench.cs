using System.Diagnostics;
using System.Globalization;
using System.Text.RegularExpressions;
using GoCart.AppHost.Local;
using GoCart.Bench.Store;
using Npgsql;

namespace GoCart.Bench.Limits;

/// <summary>PostgreSQL's own load generator: statements prepared, over TCP, in a copy of the tables that nobody else uses.</summary>
internal static partial class PgBench
{
    /// <param name="script">One of the SQL files beside this one.</param>
    /// <returns>Transactions a second.</returns>
    public static async Task<double> RunAsync(BenchStore store, string database, string script, int clients, TimeSpan length)
    {
        var file = Path.Combine(store.Folder, script);
        await File.WriteAllTextAsync(file, Sql.Read(script));
        var connection = new NpgsqlConnectionStringBuilder(store.ConnectionString(database));
        var programs = PostgresPrograms.Find() ?? throw new InvalidOperationException("PostgreSQL is not installed.");

        var start = new ProcessStartInfo(Path.Combine(programs.Folder, "pgbench"))
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            Environment = { ["PGPASSWORD"] = connection.Password },
        };
        foreach (var argument in (string[])
            [
                "--no-vacuum", "--protocol=prepared", $"--client={clients}", "--jobs=1", $"--time={length.TotalSeconds:0}",
                $"--file={file}", "--host=127.0.0.1", $"--port={connection.Port}", $"--username={connection.Username}", database,
            ])
            start.ArgumentList.Add(argument);

        using var pgbench = Process.Start(start) ?? throw new InvalidOperationException("pgbench did not start.");
        var errors = pgbench.StandardError.ReadToEndAsync();
        var output = await pgbench.StandardOutput.ReadToEndAsync();
        await pgbench.WaitForExitAsync();
        return Tps().Match(output) is { Success: true } match
            ? double.Parse(match.Groups[1].Value, CultureInfo.InvariantCulture)
            : throw new InvalidOperationException($"pgbench failed: {await errors}");
    }

    [GeneratedRegex(@"tps = ([\d.]+) \(without")]
    private static partial Regex Tps();
}
