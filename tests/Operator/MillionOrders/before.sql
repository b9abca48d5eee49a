-- For all four databases: the same ids and times in each. @last is the number of the last order, @now in milliseconds since 1970.
-- An order each 400 ms: a million in less than five days, so that outbox and inbox still hold all their events.
set session_replication_role = replica;
set work_mem = '256MB';

create function pg_temp.id_of(kind text, n bigint) returns uuid language sql immutable parallel safe as $$
  select (lpad(to_hex(@now - 400000000 + n * 400), 12, '0') || '7' || substr(md5(kind || n), 1, 3)
    || '8' || substr(md5(kind || n), 4, 15))::uuid $$;

create function pg_temp.time_of(n bigint) returns timestamptz language sql immutable parallel safe as $$
  select to_timestamp((@now - 400000000 + n * 400) / 1000.0) $$;

create function pg_temp.status_of(n bigint) returns text language sql immutable parallel safe as $$
  select case when n % 20 = 0 then 'cancelled' when n % 20 = 1 then 'rejected' when n % 20 < 10 then 'paid' else 'pending' end $$;
