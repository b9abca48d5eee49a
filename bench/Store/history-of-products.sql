set session_replication_role = replica;

insert into order_stock (order_id, state, decided_at)
select ('0198f100-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'reserved', now() from generate_series(1, @orders) n;

insert into stock_ledger (product_id, kind, delta, order_id, at)
select ('019b0000-0000-7000-8000-' || lpad(to_hex((n * 7 + i) % @products), 12, '0'))::uuid, 'sale', -1,
  ('0198f100-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, now()
from generate_series(1, @orders) n, generate_series(1, 3) i;

-- The ledger is the books: the stock is its sum.
update products set stock = ledger.stock
from (select product_id, sum(delta)::int as stock from stock_ledger group by product_id) ledger
where products.id = ledger.product_id;
