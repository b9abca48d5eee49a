namespace GoCart.Operator.Audit;

/// <summary>
/// I7: nothing is under way. True of a store that nobody has used for half a minute, and of no other; of any other, that
/// nothing has been under way for longer than a store at work ever takes.
/// </summary>
internal static class SettledChecks
{
    public static IReadOnlyList<Check> Orders(bool settled) => [Unsent(settled), Awaiting(settled)];

    public static IReadOnlyList<Check> Others(bool settled) => [Unsent(settled)];

    private static Check Awaiting(bool settled) => new("I7", "order",
        $"""
        select id::text as row, format('awaits its stock since %s', created_at) as detail
        from public.orders where stock_state = 'awaiting' {(settled ? "" : "and created_at < @LateBefore")}
        """);

    private static Check Unsent(bool settled) => new("I7", "message",
        $"""
        select message_id::text as row, format('%s is unsent since %s', type, occurred_at) as detail
        from public.outbox where sent_at is null {(settled ? "" : "and occurred_at < @LateBefore")}
        """);
}
