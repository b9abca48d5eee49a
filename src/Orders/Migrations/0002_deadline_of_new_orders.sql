-- An order that is stored too late was answered with 503 already: the database was frozen, say, and finds the statement when it
-- goes on. It is refused then, with the SQLSTATE of a statement that ran into its time limit.
create function refuse_after(deadline timestamptz) returns boolean language plpgsql volatile as $$
begin
  if clock_timestamp() > deadline then
    raise exception 'the order came % too late', clock_timestamp() - deadline using errcode = 'query_canceled';
  end if;
  return true;
end $$;

grant execute on function refuse_after to :service_role;
