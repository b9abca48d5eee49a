-- Removes what the audit log must not keep for ever: addresses of people whose accounts may be gone. The service still has no right to
-- change or remove a row. This function has its owner's right to remove, and nothing else to do: it takes rows that are older than
-- 90 days, whatever it is asked for, and the trigger of 0001 lets no others go.
create function audit_log_remove_old(days int) returns int
  language sql security definer set search_path = public, pg_temp as
$$
  -- By their place, which is known without another look at an index: rows of this table never move.
  with removed as (
    delete from audit_log where ctid = any (array(
      select ctid from audit_log
      where at < now() - make_interval(days => greatest(days, 90))
      order by at limit 500 for update skip locked))
    returning 1)
  select count(*)::int from removed
$$;

revoke execute on function audit_log_remove_old(int) from public;
grant execute on function audit_log_remove_old(int) to :service_role;
