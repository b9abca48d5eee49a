namespace GoCart.Operator.Audit;

/// <summary>What the orders database must keep by itself.</summary>
internal static class OrderChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        // Several records of order.created are well: an order is told of again when products does not answer. A cancelled order
        // changes no more, so that its last change is the cancellation.
        new("I3", "order",
            """
            select coalesce(known_orders.id, event.order_id)::text as row, case
                when known_orders.id is null
                    then format('a record of order.%s without such an order', case when created > 0 then 'created' else 'cancelled' end)
                when coalesce(created, 0) = 0 and created_at > @KeptSince then 'no record of order.created'
                when created > 0 and (least_total is distinct from total_cents::text or greatest_total is distinct from total_cents::text)
                    then format('order.created says %s cents, the order %s',
                        case least_total when total_cents::text then greatest_total else least_total end, total_cents)
                when status = 'cancelled' and (cancelled > 1 or (coalesce(cancelled, 0) = 0 and updated_at > @KeptSince))
                    then format('%s records of order.cancelled, not one', coalesce(cancelled, 0))
                when status <> 'cancelled' and cancelled > 0 then format('a record of order.cancelled, and the order is %s', status)
                end as detail,
                case
                when known_orders.id is null then null
                when coalesce(created, 0) = 0 then 'SendOrderCreated'
                when status = 'cancelled' and coalesce(cancelled, 0) = 0 then 'SendOrderCancelled'
                end as remedy
            from known_orders full join (
                select order_id,
                    count(*) filter (where type = 'order.created') as created,
                    count(*) filter (where type = 'order.cancelled') as cancelled,
                    min(coalesce(total_cents, '')) filter (where type = 'order.created') as least_total,
                    max(coalesce(total_cents, '')) filter (where type = 'order.created') as greatest_total
                from order_events group by order_id) as event on event.order_id = known_orders.id
            """),

        new("I5", "order item",
            """
            select id::text as row, case
                when line_total_cents is distinct from price_cents * quantity
                    then format('%s at %s cents are not %s', quantity, price_cents, line_total_cents)
                else format('its snapshot is not complete: name "%s", price %s, quantity %s', name, price_cents, quantity)
                end as detail
            from order_items
            where line_total_cents is distinct from price_cents * quantity
                or coalesce(btrim(name), '') = '' or coalesce(price_cents, 0) < 1 or coalesce(quantity, 0) < 1
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
                select user_id, body::jsonb as body from idempotency_keys where status in (200, 201)) as told
            left join public.orders on orders.id = (told.body->>'id')::uuid and orders.user_id = told.user_id
            where orders.total_cents::text is distinct from told.body->>'total_cents'
            """),

        new("I8", "order",
            """
            select orders.id::text as row, case
                when step.order_id is null then 'its history is empty'
                when (coalesce(previous, ''), step.status) not in (
                    ('', 'pending'), ('pending', 'paid'), ('paid', 'shipped'), ('shipped', 'delivered'),
                    ('pending', 'cancelled'), ('paid', 'cancelled'), ('pending', 'rejected'))
                    then format('its history goes from %s to %s', coalesce(previous, 'nothing'), step.status)
                when next is null and step.status is distinct from orders.status
                    then format('it is %s, its history ends with %s', orders.status, step.status)
                end as detail
            from orders left join (
                select order_id, status,
                    lag(status) over in_order as previous, lead(status) over in_order as next
                from order_history window in_order as (partition by order_id order by version)) as step on step.order_id = orders.id
            """),

        new("I9", "order",
            """
            select orders.id::text as row, format('it was rejected for want of %s of product %s, and %s were ordered',
                shortage->>'requested', shortage->>'product_id', coalesce(quantity::text, 'none')) as detail
            from orders
                cross join jsonb_array_elements(rejection->'items') as shortage
                left join public.order_items on order_id = orders.id and product_id::text = shortage->>'product_id'
            where status = 'rejected' and quantity::text is distinct from shortage->>'requested'
            """),
    ];
}
