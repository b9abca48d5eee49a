insert into ordered_carts (cart_id, cart_version, order_id, removed_at)
select ('0198f200-0000-7000-8000-' || lpad(to_hex(1 + n % @users), 12, '0'))::uuid, 4 * (1 + n / @users),
  ('0198f100-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, now()
from generate_series(1, @orders) n;
