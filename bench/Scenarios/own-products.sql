-- A product on sale for each of the ids $1, with plenty in stock.
with p as (
  insert into products (id, name, description, price_cents, stock, is_active, created_at, updated_at)
  select id, 'Product of its own', 'What it is good for: it does all that one could wish for.', 1999, 1000000000, true, now(), now()
  from unnest($1::uuid[]) id
  returning id, stock, created_at)
insert into stock_ledger (product_id, kind, delta, at) select id, 'initial', stock, created_at from p
