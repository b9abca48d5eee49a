namespace GoCart.Operator.Audit;

/// <summary>I7: nothing is under way. True of a store that nobody has used for half a minute, and of no other.</summary>
internal static class SettledChecks
{
    public static IReadOnlyList<Check> Orders { get; } =
    [
        Unsent,
        new("I7", "order",
            """
            select id::text as row, format('awaits its stock since %s', created_at) as detail
            from public.orders where stock_state = 'awaiting'
            """),
    ];

    public static IReadOnlyList<Check> Others { get; } = [Unsent];

    private static Check Unsent => new("I7", "message",
        "select message_id::text as row, format('%s is unsent since %s', type, occurred_at) as detail from public.outbox where sent_at is null");
}
