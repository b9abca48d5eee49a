namespace GoCart.Operator.Audit;

/// <summary>What the databases of carts and users must keep by themselves.</summary>
internal static class OtherChecks
{
    public static IReadOnlyList<Check> Carts { get; } =
    [
        new("I10", "cart",
            """
            select carts.id::text as row, format('ordered up to version %s, and the last order taken out of it was of version %s',
                ordered_version, coalesce(max(cart_version), 0)) as detail
            from carts left join ordered_carts on cart_id = carts.id
            group by carts.id, ordered_version having ordered_version <> coalesce(max(cart_version), 0)
            """),
        new("I10", "cart",
            """
            select cart_id::text as row, format('an item came with version %s, and the cart has version %s', created_version, version) as detail
            from cart_items join carts on carts.id = cart_id where created_version > version
            """),
    ];

    public static IReadOnlyList<Check> Users { get; } =
    [
        new("I11", "session",
            """
            select sessions.id::text as row, case
                when live > 1 then format('%s live refresh tokens', live)
                when ended_at is not null then format('ended (%s), and it has a live refresh token', end_reason)
                end as detail
            from sessions join (
                select session_id, count(*) as live from refresh_tokens where retired_at is null group by session_id) as token
                on session_id = sessions.id
            """),
    ];
}
