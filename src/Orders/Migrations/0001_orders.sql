-- An order and its items never change once they are placed; only the state of the order does, along the edges below.
create table orders (
  id                   uuid not null,
  user_id              uuid not null,
  -- The cart the order came from, in the version that was ordered.
  cart_id              uuid not null,
  cart_version         bigint not null,
  -- What carts had already taken out of the cart for earlier orders, when the cart was read: see the second unique key.
  cart_ordered_version bigint not null,
  status               text not null default 'pending',
  stock_state          text not null default 'awaiting',
  total_cents          bigint not null,
  currency             text not null,
  -- {"reason", "items": [{"product_id", "requested", "available"}]}, for a rejected order.
  rejection            jsonb,
  -- Grows by one with every change; the entity tag.
  version              bigint not null default 1,
  created_at           timestamptz not null,
  updated_at           timestamptz not null,
  constraint orders_pkey primary key (id),
  -- The same version of a cart never becomes two orders, however often the button is pressed.
  constraint orders_cart_version_key unique (user_id, cart_id, cart_version),
  -- Nor does the next version, while the items of the last order are still in it: the orders of a cart form a chain, in
  -- which each was read after the items of the one before had been taken out.
  constraint orders_cart_ordered_version_key unique (user_id, cart_id, cart_ordered_version),
  constraint orders_cart_version_check check (cart_version >= 1 and cart_ordered_version >= 0),
  constraint orders_state_check check ((status, stock_state) in (
    ('pending', 'awaiting'), ('pending', 'reserved'), ('paid', 'reserved'), ('shipped', 'reserved'),
    ('delivered', 'reserved'), ('cancelled', 'released'), ('rejected', 'rejected'))),
  constraint orders_total_cents_check check (total_cents >= 1),
  constraint orders_currency_check check (currency ~ '^[A-Z]{3}$'),
  constraint orders_rejection_check check ((rejection is not null) = (status = 'rejected')),
  constraint orders_version_check check (version >= 1)
)
-- Most orders change once, soon after they are placed: room in their page lets that change leave the indexes alone.
with (fillfactor = 80);

-- The lists, newest first: of a customer, of a customer by status, of all by status. Of all: the primary key.
create index orders_user_id_id_idx on orders (user_id, id);
create index orders_user_id_status_id_idx on orders (user_id, status, id);
create index orders_status_id_idx on orders (status, id);

create table order_items (
  order_id         uuid not null,
  product_id       uuid not null,
  id               uuid not null,
  -- As the items stood in the cart, from 1.
  position         int not null,
  -- Name and price when it was ordered.
  name             text not null,
  quantity         int not null,
  price_cents      bigint not null,
  line_total_cents bigint not null,
  -- A product is in an order once: products takes and gives back stock by this pair.
  constraint order_items_pkey primary key (order_id, product_id),
  constraint order_items_order_id_fkey foreign key (order_id) references orders (id),
  constraint order_items_position_check check (position between 1 and 100),
  constraint order_items_quantity_check check (quantity between 1 and 999),
  constraint order_items_price_cents_check check (price_cents between 1 and 1000000000),
  constraint order_items_line_total_cents_check check (line_total_cents = price_cents * quantity)
);

-- Every status an order has had. Append-only: nobody but the owner of the database may change or remove a row.
create table order_history (
  order_id uuid not null,
  -- The version of the order that came with this status.
  version  bigint not null,
  status   text not null,
  at       timestamptz not null,
  reason   text,
  constraint order_history_pkey primary key (order_id, version),
  constraint order_history_order_id_fkey foreign key (order_id) references orders (id),
  constraint order_history_status_check
    check (status in ('pending', 'paid', 'shipped', 'delivered', 'cancelled', 'rejected'))
);

-- The orders whose stock products has not answered for yet: a row comes with the order and goes with the answer. A table of
-- its own stays small, and spares orders an index that every single order would enter and leave again.
create table awaiting_stock (
  order_id  uuid not null,
  since     timestamptz not null,
  -- How often order.created was sent again, and when it will be next.
  reminders int not null default 0,
  remind_at timestamptz not null,
  constraint awaiting_stock_pkey primary key (order_id)
)
with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);

-- An order begins pending and awaiting its stock.
create function refuse_order_begun_otherwise() returns trigger language plpgsql as $$
begin
  raise exception 'order % begins as % and %', new.id, new.status, new.stock_state
    using errcode = 'check_violation', constraint = 'orders_first_state', table = 'orders';
end $$;

create trigger orders_first_state before insert on orders for each row
when (new.status <> 'pending' or new.stock_state <> 'awaiting' or new.version <> 1)
execute function refuse_order_begun_otherwise();

-- The only ways from one state to another; src/Orders/Order.cs draws them. An order that is cancelled while products has not
-- answered goes from awaiting to released: whatever products takes for it, it gives back.
create function refuse_illegal_order_change() returns trigger language plpgsql as $$
begin
  if (old.status, old.stock_state, new.status, new.stock_state) not in (
    ('pending', 'awaiting', 'pending',   'reserved'),
    ('pending', 'awaiting', 'rejected',  'rejected'),
    ('pending', 'awaiting', 'cancelled', 'released'),
    ('pending', 'reserved', 'paid',      'reserved'),
    ('pending', 'reserved', 'cancelled', 'released'),
    ('paid',    'reserved', 'shipped',   'reserved'),
    ('paid',    'reserved', 'cancelled', 'released'),
    ('shipped', 'reserved', 'delivered', 'reserved'))
  then
    raise exception 'order % goes from % and % to % and %', new.id, old.status, old.stock_state, new.status, new.stock_state
      using errcode = 'check_violation', constraint = 'orders_state_edge', table = 'orders';
  end if;

  if new.version <> old.version + 1 then
    raise exception 'order % changes and goes from version % to %', new.id, old.version, new.version
      using errcode = 'check_violation', constraint = 'orders_version_edge', table = 'orders';
  end if;
  return new;
end $$;

create trigger orders_edges before update on orders for each row
when (old.status <> new.status or old.stock_state <> new.stock_state)
execute function refuse_illegal_order_change();

-- The total is the sum of the items, always: an order comes together with all its items, in one statement, and no item can
-- be added to it afterwards, because every item costs something.
create function refuse_wrong_order_total() returns trigger language plpgsql as $$
declare
  wrong uuid;
begin
  if tg_table_name = 'orders' then
    select added.id into wrong from added
    where added.total_cents is distinct from
      (select sum(line_total_cents) from order_items where order_id = added.id)
    limit 1;
  else
    select orders.id into wrong from orders
    where orders.id in (select order_id from added) and orders.total_cents is distinct from
      (select sum(line_total_cents) from order_items where order_id = orders.id)
    limit 1;
  end if;

  if found then
    raise exception 'the total of order % is not the sum of its items', wrong
      using errcode = 'check_violation', constraint = 'orders_total_is_sum_of_items', table = 'orders';
  end if;
  return null;
end $$;

create trigger orders_total_is_sum_of_items after insert on orders
referencing new table as added for each statement execute function refuse_wrong_order_total();

create trigger order_items_sum_is_total after insert on order_items
referencing new table as added for each statement execute function refuse_wrong_order_total();

grant select, insert, update (status, stock_state, rejection, version, updated_at) on orders to :service_role;
grant select, insert on order_items, order_history to :service_role;
grant select, insert, update (reminders, remind_at), delete on awaiting_stock to :service_role;
