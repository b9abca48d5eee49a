-- Orders that customers may have been told of and that this database does not have any more: it was restored to a moment before them.
-- gocart audit --repair gives back the stock that was taken for one, and then writes it down here, so that the audit knows of it.
create table lost_orders (
  order_id uuid not null,
  reason   text not null,
  at       timestamptz not null,
  constraint lost_orders_pkey primary key (order_id)
);
