-- The last message order.created of the order. As long as it has not left the outbox, a reminder would only lie behind it.
-- Null for orders of the release before; they are reminded as they were.
alter table awaiting_stock add column message_id uuid;

-- What is due, oldest first: as quick with all orders of a long outage in the table. The last reminder of an order is due when it
-- is given up, so that this one index serves both.
create index awaiting_stock_remind_at_idx on awaiting_stock (remind_at);

grant update (message_id) on awaiting_stock to :service_role;
