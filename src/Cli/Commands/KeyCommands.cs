using System.CommandLine;
using GoCart.Cli.Formats;
using GoCart.Operator.Keys;

namespace GoCart.Cli.Commands;

/// <summary>gocart keys rotate</summary>
internal static class KeyCommands
{
    private const string FileOfAppHost = "signing-key.pem";

    // The file has to reach every copy of users, and the key every service.
    private static readonly TimeSpan DefaultLead = TimeSpan.FromMinutes(5);

    public static Command Create(CommandRunner runner) =>
        new("keys", "The keys that sign access tokens.") { Rotate(runner) };

    private static Command Rotate(CommandRunner runner)
    {
        var settings = new SettingsOption();
        var file = new Option<string?>("--file")
        {
            Description = $"Auth__SigningKeyFile of the users service; otherwise {FileOfAppHost} beside the settings.",
            HelpName = "file",
        };
        var lead = new Option<TimeSpan?>("--lead")
        {
            Description = "How long until the new key signs; 5m if not given.",
            HelpName = "5m",
            CustomParser = result =>
            {
                if (Duration.Parse(result.Tokens[0].Value) is { } time)
                    return time;
                result.AddError("--lead: a time such as 90s, 5m or 1h");
                return null;
            },
        };
        var command = new Command("rotate", "Makes a new key that takes over by itself; nobody is signed out, nothing is restarted.")
        {
            file, lead, settings,
        };
        return runner.RunsForOperator(command, async (context, parsed, cancellationToken) =>
        {
            var path = parsed.GetValue(file)
                ?? Path.Combine(settings.Read(parsed, runner.Environment).Folder ?? ".", FileOfAppHost);
            var signsFrom = await RotateKeys.ExecuteAsync(
                path, parsed.GetValue(lead) ?? DefaultLead, context.Clock, cancellationToken);
            context.Terminal.SayDone($"{SafeText.Line(path)} has a new key, which signs from {signsFrom:u}.");
            if (context.IsJson)
                context.PrintJson(new { file = path, signs_from = signsFrom });
        });
    }
}
