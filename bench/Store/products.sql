-- As many products as asked for, with plenty in stock. The trigger would find the words of each.
insert into product_words (word)
select word from unnest(array['product', 'number', 'what', 'good', 'for', 'that', 'one', 'could', 'wish', 'does', 'all']) word
union
select n::text from generate_series(100, @products - 1) n
except
select word from product_words;

insert into products (id, name, description, price_cents, stock, is_active, created_at, updated_at)
select ('019b0000-0000-7000-8000-' || lpad(to_hex(n), 12, '0'))::uuid, 'Product number ' || n,
  'What product ' || n || ' is good for: ' || repeat('it does all that one could wish for. ', 4),
  100 + n % 9900, 1000000000, true, now(), now()
from generate_series(0, @products - 1) n;

insert into stock_ledger (product_id, kind, delta, at)
select id, 'initial', stock, created_at from products where not exists (select from stock_ledger where product_id = products.id);
