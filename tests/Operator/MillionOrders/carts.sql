-- Ten orders came out of every cart, and one item is in it.
insert into carts (id, user_id, version, ordered_version, created_at, updated_at)
  select pg_temp.id_of('cart', n), pg_temp.id_of('user', n), 21, 19, pg_temp.time_of(0), pg_temp.time_of(n)
  from generate_series(0, 99999) n;

insert into cart_items (id, cart_id, product_id, name, price_cents, quantity, created_version)
  select pg_temp.id_of('ci', n), pg_temp.id_of('cart', n), pg_temp.id_of('product', n%10000), 'P', 1999, 1, 21
  from generate_series(0, 99999) n;

insert into ordered_carts
  select pg_temp.id_of('cart', n%100000), n/100000*2+1, pg_temp.id_of('order', n), pg_temp.time_of(n)
  from generate_series(0, @last) n;

insert into inbox
  select 'carts.order.created', pg_temp.id_of('created', n), pg_temp.time_of(n)
  from generate_series(0, @last) n;
