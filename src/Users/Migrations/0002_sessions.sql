-- One sign-in, kept alive by refresh tokens until it ends or is too old.
create table sessions (
  id uuid not null,
  user_id uuid not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  ended_at timestamptz,
  end_reason text,
  constraint sessions_pkey primary key (id),
  constraint sessions_user_id_fkey foreign key (user_id) references users (id) on delete cascade,
  constraint sessions_end_check check ((ended_at is null) = (end_reason is null)),
  constraint sessions_end_reason_check check (end_reason in ('signed_out', 'token_reused'))
);

create index sessions_user_id_idx on sessions (user_id);

-- Every service asks for these once a second.
create index sessions_ended_at_idx on sessions (ended_at) where ended_at is not null;

-- For removing sessions that are over.
create index sessions_over_idx on sessions (coalesce(ended_at, expires_at));

-- Only the SHA-256 of a token is kept: who reads this table cannot sign in with it.
-- A token is live until it is retired, by its successor or by the end of the session.
create table refresh_tokens (
  token_hash bytea not null,
  session_id uuid not null,
  -- The token that this one replaced, and what to mix with it to get this one again, for the answer that was lost on the
  -- way. Both go when this token is retired in its turn.
  predecessor_hash bytea,
  salt bytea,
  issued_at timestamptz not null,
  expires_at timestamptz not null,
  retired_at timestamptz,
  constraint refresh_tokens_pkey primary key (token_hash),
  constraint refresh_tokens_session_id_fkey foreign key (session_id) references sessions (id) on delete cascade,
  constraint refresh_tokens_token_hash_check check (octet_length(token_hash) = 32),
  constraint refresh_tokens_predecessor_check check ((predecessor_hash is null) = (salt is null)),
  constraint refresh_tokens_retired_check check (retired_at is null or salt is null)
);

create unique index refresh_tokens_live_key on refresh_tokens (session_id) where retired_at is null;
create index refresh_tokens_session_id_idx on refresh_tokens (session_id);
create index refresh_tokens_expires_at_idx on refresh_tokens (expires_at);

-- Wrong passwords in a row, for every e-mail that was tried, whether it has an account or not: else the limit would tell.
create table failed_sign_ins (
  -- SHA-256 of the e-mail: as long for every e-mail, and no list of what strangers typed.
  account_hash bytea not null,
  failures int not null,
  last_failed_at timestamptz not null,
  blocked_until timestamptz,
  constraint failed_sign_ins_pkey primary key (account_hash),
  constraint failed_sign_ins_account_hash_check check (octet_length(account_hash) = 32)
);

create index failed_sign_ins_last_failed_at_idx on failed_sign_ins (last_failed_at);

grant select, insert, delete on sessions to :service_role;
grant update (ended_at, end_reason) on sessions to :service_role;
grant select, insert, delete on refresh_tokens to :service_role;
grant update (retired_at, predecessor_hash, salt) on refresh_tokens to :service_role;
grant select, insert, update, delete on failed_sign_ins to :service_role;
