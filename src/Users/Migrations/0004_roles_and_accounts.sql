-- More roles than one; accounts that are disabled or erased; sessions that somebody other than their owner ends.
-- Every rule is wider than before: the release before this one goes on working.
alter table users drop constraint users_role_check;
alter table users add constraint users_role_check check (role in ('customer', 'catalog', 'support', 'admin')) not valid;

-- Grows with every change of an account that a sign-in under way must not miss; the entity tag.
alter table users add column version bigint not null default 1;
alter table users add column disabled_at timestamptz;
-- An erased account keeps its id, by which its orders go on belonging together, and nothing else of the person.
alter table users add column erased_at timestamptz;
alter table users add constraint users_erased_check
  check (erased_at is null or (email = 'erased:' || id and password_hash = '' and role = 'customer')) not valid;

-- The search for accounts by the beginning of their e-mail.
create index users_email_c_idx on users (email collate "C") where erased_at is null;
create index users_admin_idx on users (id) where role = 'admin';

alter table sessions drop constraint sessions_end_reason_check;
alter table sessions add constraint sessions_end_reason_check check (end_reason in (
  'signed_out', 'token_reused', 'ended_by_owner', 'password_changed', 'role_changed', 'disabled', 'erased')) not valid;
-- Where it was begun: its owner may recognise it by that. Goes with the session, a day after its end.
alter table sessions add column address text;

-- Roles can be given now, and each time the audit log has a row about it; a new account still is a customer's.
grant update (email, role, disabled_at, erased_at, version, updated_at) on users to :service_role;
grant update (address) on sessions to :service_role;
