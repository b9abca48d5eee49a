insert into order_stock (order_id, state, decided_at)
select ('0198f100-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'reserved', now() from generate_series(1, @orders) n;

-- One after the other, so that each product is sold as often as any other.
insert into stock_ledger (product_id, kind, delta, order_id, at)
select ('019b0000-0000-7000-8000-' || lpad(to_hex((n * 3 + i) % @products), 12, '0'))::uuid, 'sale', -1,
  ('0198f100-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, now()
from generate_series(1, @orders) n, generate_series(1, 3) i;

-- The ledger is the books, and the stock its sum: what was sold had been there.
update stock_ledger set delta = delta + 3 * @orders / @products where kind = 'initial' and delta = 1000000000;
