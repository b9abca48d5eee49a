namespace GoCart.Operator.Audit;

/// <summary>
/// Which rows the checks see: all, or those that have changed since a time. The statements of the checks are the same; names
/// put in front of them stand for the rows that count. <c>public.</c> before a name means all rows of the table, always.
/// </summary>
/// <param name="Since">Null for all rows.</param>
/// <param name="KeptSince">From then on the record of sent messages is whole, as far as the scope goes.</param>
/// <param name="LostBefore">An event that was sent before then and not handled got lost.</param>
/// <param name="LateBefore">What began before then and has not ended is stuck: an order gets its stock, or is given up, in half that time.</param>
internal sealed record Scope(DateTimeOffset? Since, DateTimeOffset KeptSince, DateTimeOffset LostBefore, DateTimeOffset LateBefore)
{
    /// <summary>Rows carry the time of a service's clock, taken before they commit.</summary>
    private static readonly TimeSpan ClockMargin = TimeSpan.FromMinutes(5);

    /// <summary>Clocks of services and database may differ that much, and old records are removed a little at a time.</summary>
    private static readonly TimeSpan RetentionMargin = TimeSpan.FromHours(1);

    /// <summary>A store at work has handled an event long before.</summary>
    private static readonly TimeSpan Patience = TimeSpan.FromHours(1);

    private static readonly TimeSpan Late = TimeSpan.FromMinutes(30);

    public static Scope Of(AuditOptions options, int retentionDays, DateTimeOffset now)
    {
        // What came just before the last audit may have committed just after it.
        var since = options.Since - 2 * ClockMargin;
        var kept = now - TimeSpan.FromDays(retentionDays) + RetentionMargin;
        return new(
            since,
            since + ClockMargin is { } whole && whole > kept ? whole : kept,
            options.Settled ? now : now - Patience,
            now - Late);
    }

    /// <summary>The parameters of every statement.</summary>
    public object Parameters => new { Since, KeptSince, LateBefore };

    /// <summary>What stands before a statement on that database.</summary>
    public string Before(string database) => (database, Since) switch
    {
        ("orders", null) =>
            """
            with order_events as (
                select (body->>'order_id')::uuid as order_id, type, body->>'total_cents' as total_cents
                from outbox where type in ('order.created', 'order.cancelled')),
            known_orders as (select * from public.orders)
            """,
        ("orders", _) =>
            """
            with orders as materialized (select * from public.orders where updated_at >= @Since),
            order_items as (select * from public.order_items where order_id in (select id from orders)),
            order_history as (select * from public.order_history where order_id in (select id from orders)),
            idempotency_keys as (select * from public.idempotency_keys where created_at >= @Since),
            order_events as materialized (
                select (body->>'order_id')::uuid as order_id, type, body->>'total_cents' as total_cents
                from outbox where type in ('order.created', 'order.cancelled') and occurred_at >= @Since),
            known_orders as (
                select * from public.orders where id in (select id from orders union select order_id from order_events))
            """,
        ("products", null) => "with order_ledger as (select * from public.stock_ledger where order_id is not null)",
        ("products", _) =>
            """
            with products as materialized (select * from public.products where updated_at >= @Since),
            stock_ledger as (select * from public.stock_ledger where product_id in (select id from products)),
            order_ledger as (
                select * from public.stock_ledger
                where order_id in (select order_id from public.stock_ledger where at >= @Since and order_id is not null)),
            order_stock as (select * from public.order_stock where decided_at >= @Since)
            """,
        ("carts", { }) =>
            """
            with carts as materialized (
                select * from public.carts
                where updated_at >= @Since or id in (select cart_id from public.ordered_carts where removed_at >= @Since)),
            ordered_carts as (select * from public.ordered_carts where cart_id in (select id from carts)),
            cart_items as (select * from public.cart_items where cart_id in (select id from carts))
            """,
        ("users", { }) =>
            """
            with sessions as materialized (
                select * from public.sessions
                where created_at >= @Since or ended_at >= @Since
                    or id in (select session_id from public.refresh_tokens where issued_at >= @Since)),
            refresh_tokens as (select * from public.refresh_tokens where session_id in (select id from sessions))
            """,
        _ => "",
    };
}
