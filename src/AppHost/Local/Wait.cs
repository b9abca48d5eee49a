namespace GoCart.AppHost.Local;

/// <summary>Waits for something that sends no notice of its own: a port that opens, a process that ends.</summary>
internal static class Wait
{
    private static readonly TimeSpan Pause = TimeSpan.FromMilliseconds(25);

    public static Task UntilAsync(Func<bool> condition, CancellationToken cancellationToken) =>
        UntilAsync(() => Task.FromResult(condition()), cancellationToken);

    public static Task UntilAsync(Func<Task<bool>> condition, CancellationToken cancellationToken) =>
        UntilAsync(condition, Pause, cancellationToken);

    public static async Task UntilAsync(Func<Task<bool>> condition, TimeSpan pause, CancellationToken cancellationToken)
    {
        while (!await condition())
            await Task.Delay(pause, cancellationToken);
    }
}
