-- Wrong passwords, counted so that nobody can lock an owner out for long (docs/decisions/0019). This table takes the place of
-- failed_sign_ins, which the release before still uses and a later one will drop.
create table sign_in_failures (
  -- SHA-256 of what is counted: as long for every e-mail, and no list of what strangers typed.
  key bytea not null,
  -- 'account_at_address', 'account' at all addresses it is not known at, or 'address' for all such accounts.
  kind text not null,
  failures int not null,
  last_failed_at timestamptz not null,
  closed_until timestamptz,
  constraint sign_in_failures_pkey primary key (key),
  constraint sign_in_failures_key_check check (octet_length(key) = 32),
  constraint sign_in_failures_kind_check check (kind in ('account_at_address', 'account', 'address'))
);

create index sign_in_failures_last_failed_at_idx on sign_in_failures (last_failed_at);

-- Where an account has signed in from: there its owner can go on, whatever strangers try elsewhere.
create table known_addresses (
  user_id uuid not null,
  address_hash bytea not null,
  last_sign_in_at timestamptz not null,
  constraint known_addresses_pkey primary key (user_id, address_hash),
  constraint known_addresses_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint known_addresses_address_hash_check check (octet_length(address_hash) = 32)
);

create index known_addresses_last_sign_in_at_idx on known_addresses (last_sign_in_at);

grant select, insert, update, delete on sign_in_failures to :service_role;
grant select, insert, delete on known_addresses to :service_role;
grant update (last_sign_in_at) on known_addresses to :service_role;
