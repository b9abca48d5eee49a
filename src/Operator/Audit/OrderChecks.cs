namespace GoCart.Operator.Audit;

/// <summary>What the orders database must keep by itself.</summary>
internal static class OrderChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        // Several records of one order are well: it is told of again when products does not answer.
        new("I3", "order",
            $"""
            with created as ({Events("order.created")})
            select orders.id::text as row, 'no record of order.created' as detail
            from orders left join created on created.order_id = orders.id
            where created.order_id is null and orders.created_at > @keptSince
            """),
        new("I3", "order",
            $"""
            with created as ({Events("order.created")})
            select orders.id::text as row, format('order.created says %s cents, the order %s', created.total_cents, orders.total_cents) as detail
            from orders join created on created.order_id = orders.id
            where created.total_cents is distinct from orders.total_cents::text
            """),
        new("I3", "order",
            """
            select body->>'order_id' as row, format('a record of %s without such an order', type) as detail
            from outbox
            where type in ('order.created', 'order.cancelled')
                and not exists (select from orders where orders.id::text = body->>'order_id')
            """),
        new("I3", "order",
            $"""
            with cancelled as ({Events("order.cancelled")}),
            since as (
                select order_id, min(at) as at from order_history where status = 'cancelled' group by order_id)
            select orders.id::text as row, format('%s records of order.cancelled, not one', count(cancelled.order_id)) as detail
            from orders
                left join cancelled on cancelled.order_id = orders.id
                left join since on since.order_id = orders.id
            where orders.status = 'cancelled'
            group by orders.id, since.at
            having count(cancelled.order_id) > 1 or (count(cancelled.order_id) = 0 and since.at > @keptSince)
            """),
        new("I3", "order",
            $"""
            with cancelled as ({Events("order.cancelled")})
            select orders.id::text as row, format('a record of order.cancelled, and the order is %s', status) as detail
            from orders join cancelled on cancelled.order_id = orders.id
            where status <> 'cancelled'
            """),

        new("I5", "order item",
            """
            select id::text as row, format('%s at %s cents are not %s', quantity, price_cents, line_total_cents) as detail
            from order_items where line_total_cents is distinct from price_cents * quantity
            """),
        new("I5", "order item",
            """
            select id::text as row, format('its snapshot is not complete: name "%s", price %s, quantity %s', name, price_cents, quantity) as detail
            from order_items where coalesce(btrim(name), '') = '' or coalesce(price_cents, 0) < 1 or coalesce(quantity, 0) < 1
            """),
        new("I5", "order",
            """
            select orders.id::text as row, format('its total is %s, its items sum to %s', total_cents, coalesce(sum, 0)) as detail
            from orders left join (
                select order_id, sum(line_total_cents) as sum from order_items group by order_id) as items on order_id = orders.id
            where total_cents is distinct from coalesce(sum, 0)
            """),

        new("I6", "order",
            """
            select min(id::text) as row, format('version %s of cart %s became %s orders', cart_version, cart_id, count(*)) as detail
            from orders group by user_id, cart_id, cart_version having count(*) > 1
            """),
        new("I6", "order",
            """
            select told.body->>'id' as row, format('a client was told of it, with %s cents; the order has %s',
                told.body->>'total_cents', coalesce(orders.total_cents::text, 'never been')) as detail
            from (
                select user_id, body::jsonb as body from idempotency_keys
                where status = 201 and location like '/api/orders/%') as told
            left join orders on orders.id::text = told.body->>'id' and orders.user_id = told.user_id
            where orders.total_cents::text is distinct from told.body->>'total_cents'
            """),

        new("I8", "order",
            """
            select order_id::text as row, format('its history goes from %s to %s', coalesce(previous, 'nothing'), status) as detail
            from (
                select order_id, status, lag(status) over (partition by order_id order by version) as previous
                from order_history) as step
            where (coalesce(previous, ''), status) not in (
                ('', 'pending'), ('pending', 'paid'), ('paid', 'shipped'), ('shipped', 'delivered'),
                ('pending', 'cancelled'), ('paid', 'cancelled'), ('pending', 'rejected'))
            """),
        new("I8", "order",
            """
            select orders.id::text as row, format('it is %s, its history ends with %s', orders.status, coalesce(last.status, 'nothing')) as detail
            from orders left join (
                select distinct on (order_id) order_id, status from order_history order by order_id, version desc) as last
                on last.order_id = orders.id
            where last.status is distinct from orders.status
            """),
    ];

    private static string Events(string type) =>
        $"""
        select (body->>'order_id')::uuid as order_id, body->>'total_cents' as total_cents
        from outbox where type = '{type}'
        """;
}
