using GoCart.Cli.Shopping;

namespace GoCart.Cli.Screens;

/// <summary>Before somebody is signed in.</summary>
internal sealed class StartScreen(Shop shop)
{
    /// <returns>False to leave.</returns>
    public async Task<bool> RunAsync(CancellationToken cancellationToken)
    {
        shop.Terminal.Say("");
        switch (await shop.ChooseAsync(["Login", "Register", "Exit"], cancellationToken))
        {
            case 0:
                await LoginAsync(cancellationToken);
                return true;
            case 1:
                await RegisterAsync(cancellationToken);
                return true;
            case 2:
                return false;
            default:
                return true;
        }
    }

    private async Task LoginAsync(CancellationToken cancellationToken)
    {
        if (await Account.AskAsync(shop.Prompt, twice: false, cancellationToken) is { } credentials)
            await shop.Client.LoginAsync(credentials, cancellationToken);
    }

    private async Task RegisterAsync(CancellationToken cancellationToken)
    {
        if (await Account.AskAsync(shop.Prompt, twice: true, cancellationToken) is { } credentials)
            await Account.RegisterAsync(shop.Client, credentials, cancellationToken);
    }
}
