-- no transaction
-- What was written about one order, for its timeline and for repairs: without it both read a week of events.
drop index concurrently if exists outbox_order_id;

create index concurrently outbox_order_id on outbox ((body->>'order_id'));
