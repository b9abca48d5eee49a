-- The answers that were given to requests with an Idempotency-Key, so that the same request gets the same answer.
-- The row commits together with what the request did: if there is no row, nothing was done.
create table idempotency_keys (
  user_id uuid not null,
  key text not null,
  fingerprint bytea not null,
  status int not null,
  location text,
  etag text,
  body text not null,
  created_at timestamptz not null default now(),
  constraint idempotency_keys_pkey primary key (user_id, key)
);

-- For removing what is older than 24 hours.
create index idempotency_keys_created_at_idx on idempotency_keys (created_at);

grant select, insert, update, delete on idempotency_keys to :service_role;
