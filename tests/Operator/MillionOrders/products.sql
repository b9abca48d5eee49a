-- The last two products are sold out: the rejected orders wanted them.
insert into products (id, name, price_cents, stock, is_active, created_at, updated_at)
  select pg_temp.id_of('product', n), 'Product' || n, 1999, 0, true, pg_temp.time_of(0), pg_temp.time_of(n)
  from generate_series(0, 10001) n;

insert into stock_ledger (product_id, kind, delta, at)
  select pg_temp.id_of('product', n), 'initial', case when n>=10000 then 0 else 100000 end, pg_temp.time_of(0)
  from generate_series(0, 10001) n;

insert into stock_ledger (product_id, kind, delta, order_id, at)
  select pg_temp.id_of('product', (n*2+i)%10000), 'sale', -(3-i), pg_temp.id_of('order', n), pg_temp.time_of(n)
  from generate_series(0, @last) n, generate_series(1, 2) i where n%20<>1;

insert into stock_ledger (product_id, kind, delta, order_id, at)
  select pg_temp.id_of('product', (n*2+i)%10000), 'restore', 3-i, pg_temp.id_of('order', n), pg_temp.time_of(n)
  from generate_series(0, @last) n, generate_series(1, 2) i where n%20=0;

update products set stock = s from (select product_id, sum(delta) s from stock_ledger group by 1) l where product_id=id;

insert into order_stock (order_id, state, shortages, decided_at, decided_after)
  select pg_temp.id_of('order', n), case pg_temp.status_of(n) when 'cancelled' then 'released' when 'rejected' then
    'rejected' else 'reserved' end, case when pg_temp.status_of(n)='rejected' then
    jsonb_build_array(jsonb_build_object('product_id', pg_temp.id_of('product', 10000), 'requested', 2, 'available', 0))
    end, pg_temp.time_of(n), case when pg_temp.status_of(n)='rejected' then (select max(id) from stock_ledger) end
  from generate_series(0, @last) n;

insert into inbox
  select 'products.order.created', pg_temp.id_of('created', n), pg_temp.time_of(n)
  from generate_series(0, @last) n;

insert into outbox (message_id, exchange, type, body, occurred_at, next_attempt_at, sent_at)
  select pg_temp.id_of('reply', n), 'stock', 'stock.reserved', jsonb_build_object('order_id', pg_temp.id_of('order', n)),
    pg_temp.time_of(n), pg_temp.time_of(n), pg_temp.time_of(n)
  from generate_series(0, @last) n;
