namespace GoCart.Cli;

/// <summary>What scripts may rely on; documented in docs/cli.md and never renumbered.</summary>
internal static class ExitCode
{
    public const int Ok = 0;
    public const int Failed = 1;
    public const int Usage = 2;
    public const int NotSignedIn = 3;
    public const int NotFound = 4;

    /// <summary>The request contradicts the state of the store: no stock, a changed price, an order already shipped.</summary>
    public const int Conflict = 5;

    /// <summary>128 + SIGINT, as shells report it.</summary>
    public const int Interrupted = 130;

    /// <summary>128 + SIGTERM.</summary>
    public const int Terminated = 143;
}
