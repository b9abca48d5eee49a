using System.CommandLine;
using GoCart.Cli.Shopping;

namespace GoCart.Cli.Commands;

/// <summary>Where a command gets a password from: a prompt that shows nothing, or standard input.</summary>
/// <remarks>There is no option for the password itself: every process on the machine can read command lines.</remarks>
internal sealed class PasswordOption : Option<bool>
{
    public PasswordOption()
        : base("--password-stdin") =>
        Description = "Read the password from the first line of standard input.";

    /// <param name="twice">For a new password: what cannot be seen can be mistyped.</param>
    public async Task<string> ReadAsync(CommandContext context, ParseResult parsed, bool twice, CancellationToken cancellationToken)
    {
        if (parsed.GetValue(this))
            return await context.ReadLineAsync(cancellationToken) ?? throw CliException.Usage("There is no password on standard input.");

        var prompt = context.Terminal.Prompt ?? throw CliException.Usage(
            "There is no terminal to ask for the password.", "Give it on standard input, with --password-stdin.");
        return await Account.AskPasswordAsync(prompt, twice, cancellationToken) ?? throw CliException.Usage("A password is needed.");
    }
}
