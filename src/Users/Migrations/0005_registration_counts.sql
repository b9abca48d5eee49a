-- How often somebody has tried to register from an address, in an hour that begins with the first try. Here and not in the memory
-- of a gateway, so that neither another gateway nor a restart gives anybody more accounts, or more e-mails to ask about.
create table registration_counts (
  -- SHA-256, of IPv6 of the network: no list of who was here.
  address_hash bytea not null,
  count int not null,
  began_at timestamptz not null,
  constraint registration_counts_pkey primary key (address_hash),
  constraint registration_counts_address_hash_check check (octet_length(address_hash) = 32),
  constraint registration_counts_count_check check (count > 0)
);

create index registration_counts_began_at_idx on registration_counts (began_at);

grant select, insert, delete on registration_counts to :service_role;
grant update (count, began_at) on registration_counts to :service_role;
