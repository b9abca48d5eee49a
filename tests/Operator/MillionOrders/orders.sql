-- Nine of ten orders are reserved, one of twenty is cancelled, one of twenty rejected.
insert into orders (id, user_id, cart_id, cart_version, cart_ordered_version, status, stock_state, total_cents, currency,
    rejection, version, created_at, updated_at)
  select pg_temp.id_of('order', n), pg_temp.id_of('user', n%100000), pg_temp.id_of('cart', n%100000), n/100000*2+1,
    n/100000*2, pg_temp.status_of(n), case pg_temp.status_of(n) when 'cancelled' then 'released' when 'rejected' then
    'rejected' else 'reserved' end, 2*1999+1999, 'USD', case when pg_temp.status_of(n)='rejected' then
    jsonb_build_object('reason', 'insufficient_stock', 'items', jsonb_build_array(jsonb_build_object('product_id',
    pg_temp.id_of('product', 10000), 'requested', 2, 'available', 0))) end, case pg_temp.status_of(n) when 'pending' then 2
    when 'rejected' then 2 else 3 end, pg_temp.time_of(n), pg_temp.time_of(n+10)
  from generate_series(0, @last) n;

insert into order_items (order_id, product_id, id, position, name, quantity, price_cents, line_total_cents)
  select pg_temp.id_of('order', n), case when pg_temp.status_of(n)='rejected' then pg_temp.id_of('product', 10000+i-1) else
    pg_temp.id_of('product', (n*2+i)%10000) end, pg_temp.id_of('item', n*2+i), i, 'Product', 3-i, 1999, (3-i)*1999
  from generate_series(0, @last) n, generate_series(1, 2) i;

insert into order_history (order_id, version, status, at, reason)
  select pg_temp.id_of('order', n), 1, 'pending', pg_temp.time_of(n), null
  from generate_series(0, @last) n;

insert into order_history (order_id, version, status, at, reason)
  select pg_temp.id_of('order', n), case pg_temp.status_of(n) when 'rejected' then 2 else 3 end, pg_temp.status_of(n),
    pg_temp.time_of(n+10), null
  from generate_series(0, @last) n where pg_temp.status_of(n)<>'pending';

insert into outbox (message_id, exchange, type, body, trace_parent, occurred_at, next_attempt_at, sent_at)
  select pg_temp.id_of('created', n), 'orders', 'order.created', jsonb_build_object('order_id', pg_temp.id_of('order', n),
    'user_id', pg_temp.id_of('user', n%100000), 'cart_id', pg_temp.id_of('cart', n%100000), 'cart_version', n/100000*2+1,
    'items', jsonb_build_array(jsonb_build_object('product_id', pg_temp.id_of('product', (n*2+1)%10000), 'quantity', 2),
    jsonb_build_object('product_id', pg_temp.id_of('product', (n*2+2)%10000), 'quantity', 1)), 'total_cents', 2*1999+1999,
    'currency', 'USD', 'occurred_at', pg_temp.time_of(n)), '00-' || md5('t' || n) || '-' || substr(md5('s' || n), 1, 16) ||
    '-01', pg_temp.time_of(n), pg_temp.time_of(n), pg_temp.time_of(n)
  from generate_series(0, @last) n;

insert into outbox (message_id, exchange, type, body, trace_parent, occurred_at, next_attempt_at, sent_at)
  select pg_temp.id_of('cancelled', n), 'orders', 'order.cancelled', jsonb_build_object('order_id', pg_temp.id_of('order',
    n), 'reason', 'requested_by_customer', 'items', jsonb_build_array(jsonb_build_object('product_id',
    pg_temp.id_of('product', (n*2+1)%10000), 'quantity', 2), jsonb_build_object('product_id', pg_temp.id_of('product',
    (n*2+2)%10000), 'quantity', 1)), 'occurred_at', pg_temp.time_of(n)), '00-' || md5('t' || n) || '-' || substr(md5('s' ||
    n), 1, 16) || '-01', pg_temp.time_of(n+10), pg_temp.time_of(n+10), pg_temp.time_of(n+10)
  from generate_series(0, @last) n where n % 20 = 0;

insert into inbox
  select 'orders.stock.reserved', pg_temp.id_of('reply', n), pg_temp.time_of(n)
  from generate_series(0, @last) n;
