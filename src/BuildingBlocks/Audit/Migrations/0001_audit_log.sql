-- Who did what to the store, and who signed in: one row for each, written in the transaction of what it tells of. It names
-- accounts and products by their ids, and nobody by e-mail or name: a row outlives the account.
create table audit_log (
  id         uuid not null,
  at         timestamptz not null,
  action     text not null,
  -- Null for an operator at the database, and for a sign-in that did not succeed: then nobody knows who it was.
  actor_id   uuid,
  actor_role text,
  -- What it was done to.
  target_id  uuid,
  address    text,
  before     jsonb,
  after      jsonb,
  trace_id   text,
  constraint audit_log_pkey primary key (id),
  constraint audit_log_action_check check (action ~ '^[a-z_]+\.[a-z_]+$'),
  constraint audit_log_address_check check (char_length(address) <= 100)
);

-- The lists, newest first: of everything, of one actor, about one thing.
create index audit_log_at_idx on audit_log (at, id);
create index audit_log_actor_id_idx on audit_log (actor_id, at, id);
create index audit_log_target_id_idx on audit_log (target_id, at, id);

-- Append-only. The service's role has no right to change anything; the owner of the database has every right, and is stopped here.
-- What is older than 90 days may go: addresses are not to be kept for ever.
create function audit_log_refuse_change() returns trigger language plpgsql as
$$
begin
  if tg_op = 'DELETE' then
    if old.at < now() - interval '90 days' then
      return old;
    end if;
  end if;
  raise exception 'The audit log is append-only; rows may be deleted after 90 days.'
    using errcode = 'insufficient_privilege', constraint = 'audit_log_append_only';
end
$$;

create trigger audit_log_append_only before update or delete on audit_log
  for each row execute function audit_log_refuse_change();
create trigger audit_log_no_truncate before truncate on audit_log
  for each statement execute function audit_log_refuse_change();

grant select, insert on audit_log to :service_role;
