namespace GoCart.Operator.Audit;

/// <summary>What the products database must keep by itself.</summary>
internal static class ProductChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("I1", "product",
            """
            select products.id::text as row, case
                when stock < 0 or stock is distinct from coalesce(sum, 0)
                    then format('stock is %s, its ledger sums to %s', stock, coalesce(sum, 0))
                when initial is distinct from 1 then format('%s initial rows in its ledger, not one', coalesce(initial, 0))
                end as detail,
                case when stock >= 0 and stock is distinct from coalesce(sum, 0) then 'CorrectLedger' end as remedy
            from products left join (
                select product_id, sum(delta) as sum, count(*) filter (where kind = 'initial') as initial
                from stock_ledger group by product_id) as ledger on product_id = products.id
            """),
        new("I4", "order",
            """
            select order_id::text as row, format('%s %s rows for product %s, not one', count(*), kind, product_id) as detail
            from order_ledger group by order_id, product_id, kind having count(*) > 1
            """),
        new("I4", "order",
            """
            select order_id::text as row, format('%s rows in order_stock, not one', count(*)) as detail
            from order_stock group by order_id having count(*) > 1
            """),
        new("I9", "order", RejectedSql),
    ];

    // What the decision saw of a product is the sum of its ledger up to decided_after: all rejections of a product and all its
    // entries, in the order in which they came, are added up once. A rejection of before that column was there is only read.
    // Deleted products count as sold out; their row is not locked, and the deletion may be a moment younger than the decision.
    private const string RejectedSql =
        """
        select order_id::text as row, case
            when available >= requested then format('it was rejected for want of product %s: %s wanted, %s there', product_id, requested, available)
            when available <> sum and not (available = 0 and coalesce(deleted_at < decided_at + interval '1 minute', false))
                then format('it was rejected with %s of product %s in stock, and its ledger summed to %s', available, product_id, sum)
            end as detail
        from (
            select entry.*, deleted_at, coalesce(sum(delta) over (partition by product_id order by position, order_id nulls first), 0) as sum
            from (
                select product_id, id as position, delta, null::uuid as order_id, null::int as requested, null::int as available,
                    null::timestamptz as decided_at
                from public.stock_ledger where product_id in (
                    select (shortage->>'product_id')::uuid from order_stock, jsonb_array_elements(shortages) as shortage
                    where state = 'rejected')
                union all
                select (shortage->>'product_id')::uuid, decided_after, 0, order_id, (shortage->>'requested')::int,
                    (shortage->>'available')::int, decided_at
                from order_stock, jsonb_array_elements(shortages) as shortage
                where state = 'rejected' and decided_after is not null) as entry
            left join public.products on products.id = product_id) as decision
        where order_id is not null
        union all
        select order_id::text, case
            when jsonb_array_length(shortages) = 0 then 'it was rejected, and nothing says for want of what'
            when exists (
                select from jsonb_array_elements(shortages) as shortage
                where (shortage->>'available')::int >= (shortage->>'requested')::int)
                then 'it was rejected for want of something that was there'
            end
        from order_stock where state = 'rejected' and (decided_after is null or jsonb_array_length(shortages) = 0)
        """;
}
