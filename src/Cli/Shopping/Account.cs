using GoCart.Cli.Api;
using GoCart.Cli.Terminals;
using GoCart.Contracts.Users;

namespace GoCart.Cli.Shopping;

/// <summary>Signing in and registering, for the commands and the menu.</summary>
internal static class Account
{
    /// <summary>Registers, and signs in at once: nobody registers for anything else.</summary>
    public static async Task<Reply<UserResponse>> RegisterAsync(
        GoCartClient client, Credentials credentials, CancellationToken cancellationToken)
    {
        var user = await client.RegisterAsync(credentials, cancellationToken);
        await client.LoginAsync(credentials, cancellationToken);
        return user;
    }

    /// <param name="twice">For a new password: what cannot be seen can be mistyped.</param>
    /// <returns>Null if the person went back.</returns>
    public static async Task<Credentials?> AskAsync(
        Prompt prompt, bool twice, CancellationToken cancellationToken)
    {
        var email = await prompt.AskAsync("E-mail:", cancellationToken);
        return !string.IsNullOrWhiteSpace(email) && await AskPasswordAsync(prompt, twice, cancellationToken) is { } password
            ? new Credentials(email.Trim(), password)
            : null;
    }

    /// <inheritdoc cref="AskAsync"/>
    public static async Task<string?> AskPasswordAsync(Prompt prompt, bool twice, CancellationToken cancellationToken)
    {
        var password = await prompt.AskSecretAsync("Password:", cancellationToken);
        return password is null || !twice || password == await prompt.AskSecretAsync("The same password again:", cancellationToken)
            ? password
            : throw new CliException(ExitCode.Failed, "The two passwords differ.");
    }
}
