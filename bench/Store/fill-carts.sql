-- $2 items in the empty carts of the customers whose numbers are $1, of $3 products: as if each had been put in by hand.
with cart as (
  update carts set version = version + 1, updated_at = now()
  from unnest($1::int[]) as customer (n)
  where id = ('019c0000-0000-7000-8000-' || lpad(to_hex(customer.n), 12, '0'))::uuid
  returning id, version, customer.n)
insert into cart_items (id, cart_id, product_id, name, price_cents, quantity, created_version)
select gen_random_uuid(), cart.id, ('019b0000-0000-7000-8000-' || lpad(to_hex(product.n), 12, '0'))::uuid,
  'Product number ' || product.n, 100 + product.n % 9900, 1, cart.version
from cart, generate_series(1, $2) i, lateral (select (cart.n * 31 + cart.version * 7 + i) % $3 as n) as product
