insert into orders (id, user_id, cart_id, cart_version, cart_ordered_version, status, stock_state, total_cents, currency, version, created_at, updated_at)
select ('0198f100-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
  ('0198f000-0000-7000-8000-' || lpad(to_hex(1 + n % @users), 12, '0'))::uuid,
  ('0198f200-0000-7000-8000-' || lpad(to_hex(1 + n % @users), 12, '0'))::uuid, 4 * (1 + n / @users), 4 * (n / @users),
  'delivered', 'reserved', 5997, 'USD', 5, now(), now()
from generate_series(1, @orders) n;

insert into order_items (order_id, product_id, id, position, name, quantity, price_cents, line_total_cents)
select ('0198f100-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
  ('019b0000-0000-7000-8000-' || lpad(to_hex((n * 3 + i) % @products), 12, '0'))::uuid, gen_random_uuid(), i,
  'Product number ' || (n * 3 + i) % @products, 1, 1999, 1999
from generate_series(1, @orders) n, generate_series(1, 3) i;

-- Pending, with its stock, paid, shipped, delivered.
insert into order_history (order_id, version, status, at, actor, trace_id)
select ('0198f100-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, version,
  (array['pending', 'pending', 'paid', 'shipped', 'delivered'])[version], now(),
  ('0198f000-0000-7000-8000-' || lpad(to_hex(1 + n % @users), 12, '0'))::uuid, lpad(to_hex(n), 32, 'a')
from generate_series(1, @orders) n, unnest(array[1, 3, 4, 5]) version;
