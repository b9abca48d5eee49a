namespace GoCart.Bench.Shops;

/// <summary>A shop that people pick today, and how it is set up and started. Its files are in bench/peers.</summary>
/// <param name="Folder">Of its files and of its database; also its name on the command line.</param>
/// <param name="Build">After its packages are installed.</param>
/// <param name="Schema">Makes the tables of an empty database; then seed.mjs fills it.</param>
/// <param name="Home">Where everything after the build runs, below its own folder.</param>
/// <param name="Servers">What is started to serve it.</param>
/// <param name="Settled">Statement that is true when what the seed has set off is done.</param>
/// <param name="ReadGoal">How many times its reads a second GoCart is to serve; likewise <paramref name="OrderGoal"/> for orders.</param>
internal sealed record Peer(
    string Name, string Folder, string[] Build, string[][] Schema, string Home, string[][] Servers, string Settled,
    double ReadGoal, double OrderGoal)
{
    /// <summary>Replaced in the words of a command by a free port.</summary>
    public const string Port = "{port}";

    /// <summary>And by a secret made for this run.</summary>
    public const string Secret = "{secret}";

    private const string MedusaCli = "node_modules/@medusajs/cli/cli.js";

    public static readonly IReadOnlyList<Peer> All =
    [
        new("Medusa", "medusa",
            Build: ["node", MedusaCli, "build"],
            Schema:
            [
                ["node", "../../" + MedusaCli, "db:migrate"],
                ["node", "../../" + MedusaCli, "user", "-e", "admin@example.com", "-p", Secret],
            ],
            Home: ".medusa/server",
            Servers: [["node", "../../" + MedusaCli, "start", "--host", "127.0.0.1", "--port", Port]],
            Settled: "select true",
            ReadGoal: 100, OrderGoal: 500),
        new("Vendure", "vendure",
            Build: ["node", "node_modules/typescript/bin/tsc", "-p", "."],
            Schema: [["node", "dist/config.js", "schema"]],
            Home: ".",
            Servers: [["node", "dist/config.js", "server"], ["node", "dist/config.js", "worker"]],
            Settled: "select not exists (select from job_record where state in ('PENDING', 'RUNNING'))",
            ReadGoal: 30, OrderGoal: 100),
    ];

    public string Database => $"peer_{Folder}";
}
