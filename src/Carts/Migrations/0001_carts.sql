-- One cart a customer, made when the first item is added and kept for ever: its version never starts again at 1, so the
-- same version of the same cart can never be ordered twice.
create table carts (
  id              uuid not null,
  user_id         uuid not null,
  -- Grows with every change of the items, under the lock of this row.
  version         bigint not null,
  -- The highest version that became an order whose items have been removed from here; 0 for none.
  ordered_version bigint not null default 0,
  created_at      timestamptz not null,
  updated_at      timestamptz not null,
  constraint carts_pkey primary key (id),
  constraint carts_user_id_key unique (user_id),
  constraint carts_version_check check (version >= 1 and ordered_version >= 0)
);

create table cart_items (
  id              uuid not null,
  cart_id         uuid not null,
  product_id      uuid not null,
  -- Name and price when the product was last added: shown when it is no longer sold, and to say that the price has changed.
  name            text not null,
  price_cents     bigint not null,
  quantity        int not null,
  -- The version of the cart that this row came with: an order of an older version does not concern it.
  created_version bigint not null,
  constraint cart_items_pkey primary key (id),
  constraint cart_items_cart_id_fkey foreign key (cart_id) references carts (id),
  constraint cart_items_cart_id_product_id_key unique (cart_id, product_id),
  constraint cart_items_quantity_check check (quantity between 1 and 999),
  constraint cart_items_price_cents_check check (price_cents between 1 and 1000000000)
);

-- The orders whose items have been removed. The call of the orders service and the event order.created both tell of each,
-- in any order and any number of times; the first one to write its row does the work.
create table ordered_carts (
  cart_id      uuid not null,
  cart_version bigint not null,
  order_id     uuid not null,
  removed_at   timestamptz not null,
  constraint ordered_carts_pkey primary key (cart_id, cart_version)
);

grant select, insert, update (version, ordered_version, updated_at) on carts to :service_role;
grant select, insert, update (name, price_cents, quantity), delete on cart_items to :service_role;
grant select, insert on ordered_carts to :service_role;
