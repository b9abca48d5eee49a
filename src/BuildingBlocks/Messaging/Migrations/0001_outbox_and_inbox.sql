-- Events to send. A row is written in the transaction of the change it tells of; the relay publishes it and sets sent_at.
create table outbox (
  id              bigint generated always as identity primary key,
  message_id      uuid not null,
  exchange        text not null,
  type            text not null,
  body            jsonb not null,
  trace_parent    text,
  occurred_at     timestamptz not null default now(),
  -- Failed attempts of this very message: unroutable, or refused by the broker. A broker that is away does not count.
  attempts        int not null default 0,
  next_attempt_at timestamptz not null default now(),
  -- A relay is publishing the row until then; afterwards any relay may take it.
  lease_until     timestamptz,
  sent_at         timestamptz,
  constraint outbox_message_id_key unique (message_id)
)
-- Every row is updated twice soon after it is written. Room in its page lets the first update, the lease, leave the indexes alone.
with (fillfactor = 70, autovacuum_vacuum_scale_factor = 0.05, autovacuum_vacuum_insert_scale_factor = 0.05);

-- The relay's work: small as long as the broker is there, whatever the table's size.
create index outbox_unsent on outbox (id) where sent_at is null;

-- For removing old rows, at the same cost however large the table is and however long it has been in use.
create index outbox_sent_at on outbox (sent_at) where sent_at is not null;

-- Messages handled, by queue: a repeat finds its row and stops there.
create table inbox (
  queue       text not null,
  message_id  uuid not null,
  received_at timestamptz not null default now(),
  constraint inbox_pkey primary key (queue, message_id)
);

create index inbox_received_at on inbox (received_at);

grant select, insert, update, delete on outbox, inbox to :service_role;
