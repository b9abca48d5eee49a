namespace GoCart.Operator.Audit;

/// <summary>What the products database must keep by itself.</summary>
internal static class ProductChecks
{
    public static IReadOnlyList<Check> All { get; } =
    [
        new("I1", "product",
            """
            select products.id::text as row, format('stock is %s, its ledger sums to %s', stock, coalesce(sum, 0)) as detail
            from products left join (
                select product_id, sum(delta) as sum from stock_ledger group by product_id) as ledger on product_id = products.id
            where stock < 0 or stock is distinct from coalesce(sum, 0)
            """),
        new("I1", "product",
            """
            select products.id::text as row, format('%s initial rows in its ledger, not one', coalesce(count, 0)) as detail
            from products left join (
                select product_id, count(*) as count from stock_ledger where kind = 'initial' group by product_id) as ledger
                on product_id = products.id
            where coalesce(count, 0) <> 1
            """),
        new("I4", "order",
            """
            select order_id::text as row, format('%s %s rows for product %s, not one', count(*), kind, product_id) as detail
            from stock_ledger where order_id is not null
            group by order_id, product_id, kind having count(*) > 1
            """),
        new("I4", "order",
            """
            select order_id::text as row, format('%s rows in order_stock, not one', count(*)) as detail
            from order_stock group by order_id having count(*) > 1
            """),
    ];
}
