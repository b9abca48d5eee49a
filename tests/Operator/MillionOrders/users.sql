-- Two sessions each, and a retired token for every live one.
insert into users (id, email, password_hash, created_at, updated_at)
  select pg_temp.id_of('user', n), 'u' || n || '@example.com', 'x', pg_temp.time_of(0), pg_temp.time_of(n)
  from generate_series(0, 99999) n;

insert into sessions (id, user_id, created_at, expires_at)
  select pg_temp.id_of('session', n), pg_temp.id_of('user', n%100000), pg_temp.time_of(n), now()+interval '30d'
  from generate_series(0, 199999) n;

insert into refresh_tokens (token_hash, session_id, issued_at, expires_at, retired_at)
  select sha256(('t' || n)::bytea), pg_temp.id_of('session', n%200000), pg_temp.time_of(n), now()+interval '30d', case when
    n>=200000 then now() end
  from generate_series(0, 399999) n;
