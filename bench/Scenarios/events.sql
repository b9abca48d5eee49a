-- $1 events order.created of $2 items each, of $3 products, as if so many orders had been placed while the broker was away.
insert into outbox (message_id, exchange, type, body)
select gen_random_uuid(), 'orders', 'order.created', jsonb_build_object(
    'order_id', gen_random_uuid(), 'user_id', gen_random_uuid(), 'cart_id', gen_random_uuid(), 'cart_version', 1,
    'items', (
      select jsonb_agg(jsonb_build_object(
        'product_id', '019b0000-0000-7000-8000-' || lpad(to_hex((n * 31 + i) % $3), 12, '0'), 'quantity', 1))
      from generate_series(1, $2) i),
    'total_cents', 1999 * $2, 'currency', 'USD', 'occurred_at', now())
from generate_series(1, $1) n
