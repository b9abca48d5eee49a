create table products (
  id          uuid not null,
  name        text not null,
  description text,
  price_cents bigint not null,
  stock       int not null,
  is_active   boolean not null,
  -- Grows with every change, of the stock too: it is the product's ETag.
  version     bigint not null default 1,
  created_at  timestamptz not null,
  updated_at  timestamptz not null,
  -- Deleted products stay, for the stock that cancelled orders give back and for their ledger.
  deleted_at  timestamptz,
  -- A word in the name counts more than one in the description.
  search      tsvector not null generated always as (
    setweight(to_tsvector('english', name), 'A') || setweight(to_tsvector('english', coalesce(description, '')), 'B')) stored,
  constraint products_pkey primary key (id),
  constraint products_name_length check (char_length(name) between 1 and 200),
  constraint products_name_not_blank check (btrim(name) <> ''),
  -- Four bytes for each of 10,000 characters. The number of bytes is known without reading the text, which counts here:
  -- every change of the stock checks this again.
  constraint products_description_length check (octet_length(description) <= 40000),
  constraint products_price_cents_range check (price_cents between 1 and 1000000000),
  -- No upper bound: what is given back comes on top of what an admin may have set meanwhile.
  constraint products_stock_not_negative check (stock >= 0),
  constraint products_version_positive check (version >= 1)
)
-- Stock changes all the time. With room in its page the new row stays beside the old one, and no index changes.
with (fillfactor = 70);

-- The public list, newest first: as quick with a million deleted products in between.
create index products_on_sale on products (id desc) where is_active and deleted_at is null;

create index products_search on products using gin (search);

-- Every change of a product's stock, never changed itself: the stock is the sum of its deltas.
create table stock_ledger (
  id         bigint not null generated always as identity,
  product_id uuid not null,
  kind       text not null,
  delta      int not null,
  order_id   uuid,
  -- The admin who did it; null for orders, and for the stock that sample products come with.
  actor      uuid,
  at         timestamptz not null,
  -- Written under the lock of the product's row, so that a product's entries have ascending ids.
  constraint stock_ledger_pkey primary key (product_id, id),
  constraint stock_ledger_product_id_fkey foreign key (product_id) references products (id),
  -- An order takes from a product once, and gives back once.
  constraint stock_ledger_order_product_kind_key unique (order_id, product_id, kind),
  constraint stock_ledger_kind_fits check (
    case kind
      when 'initial' then delta >= 0 and order_id is null
      when 'sale' then delta < 0 and order_id is not null and actor is null
      when 'restore' then delta > 0 and order_id is not null and actor is null
      when 'adjustment' then delta <> 0 and order_id is null and actor is not null
      else false
    end)
);

-- A product comes with stock once.
create unique index stock_ledger_initial_key on stock_ledger (product_id) where kind = 'initial';

-- What became of each order, kept for ever: by it a repeated event is known, and a cancellation that overtakes its order
-- leaves "void", so that the late order takes nothing.
create table order_stock (
  order_id   uuid not null,
  state      text not null,
  -- Why it was rejected, as it was told in stock.rejected: [{product_id, requested, available}].
  shortages  jsonb,
  decided_at timestamptz not null,
  constraint order_stock_pkey primary key (order_id),
  constraint order_stock_state_known check (state in ('reserved', 'rejected', 'released', 'void')),
  constraint order_stock_shortages_when_rejected check ((state = 'rejected') = (shortages is not null))
)
with (fillfactor = 90);

grant select, insert on products to :service_role;
grant update (name, description, price_cents, stock, is_active, version, updated_at, deleted_at) on products to :service_role;
grant select, insert on stock_ledger to :service_role;
grant select, insert, update (state, shortages, decided_at) on order_stock to :service_role;
