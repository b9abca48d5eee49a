-- A cart for each of the customers; fill-carts.sql puts something into it.
insert into carts (id, user_id, version, created_at, updated_at)
select ('019c0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid,
  ('019a0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 1, now(), now()
from generate_series(0, @customers - 1) n;
