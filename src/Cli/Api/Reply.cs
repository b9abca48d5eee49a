namespace GoCart.Cli.Api;

/// <param name="Json">The body as the server sent it, for <c>--output json</c>.</param>
/// <param name="ETag">Quotes included, as <c>If-Match</c> and <c>If-None-Match</c> want it back.</param>
internal sealed record Reply<T>(T Value, string Json, string? ETag);

/// <summary>A list, newest first, or the beginning of it.</summary>
/// <param name="RawItems">Each item as the server wrote it: numbers and fields unknown to us stay as they were.</param>
/// <param name="Next">Where the list goes on; null at its end.</param>
internal sealed record Page<T>(IReadOnlyList<T> Items, IReadOnlyList<string> RawItems, string? Next)
{
    public string Json => $"[{string.Join(',', RawItems)}]";
}
