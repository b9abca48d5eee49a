using System.CommandLine;
using GoCart.Cli.Api;
using GoCart.Cli.Sessions;

namespace GoCart.Cli.Commands;

/// <summary>The options that every command understands, wherever they stand on the line.</summary>
internal sealed class GlobalOptions
{
    private const string Table = "table";
    private const string Json = "json";

    private readonly Option<string?> _server = new("--server")
    {
        Description = $"Where the store is; otherwise GOCART_SERVER, otherwise {ServerAddress.Default}.",
        HelpName = "url",
        Recursive = true,
    };

    private readonly Option<string> _output = new("--output", "-o")
    {
        Description = "Tables for people, or the store's own JSON for programs.",
        DefaultValueFactory = _ => Table,
        Recursive = true,
    };

    private readonly Option<bool> _insecure = new("--insecure")
    {
        Description = "Send passwords and tokens also over plain http to another machine.",
        Recursive = true,
    };

    public GlobalOptions() => _output.AcceptOnlyFromAmong(Table, Json);

    public IEnumerable<Option> All => [_server, _output, _insecure];

    public GoCartClient OpenClient(ParseResult parsed, CliEnvironment environment)
    {
        var address = ServerAddress.Parse(
            parsed.GetValue(_server)
            ?? (environment.Variable("GOCART_SERVER") is { Length: > 0 } configured ? configured : ServerAddress.Default));
        var sessions = new SessionFile(SessionFile.DefaultPath(environment.Variable));
        return new GoCartClient(new StoreConnection(address, environment.Connect(address), sessions, parsed.GetValue(_insecure)));
    }

    public bool IsJson(ParseResult parsed) => parsed.GetValue(_output) == Json;
}
