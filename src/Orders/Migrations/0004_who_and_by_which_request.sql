-- Whose doing a status was: the customer's, an administrator's; null for a service's own, and for what the release before wrote.
-- And the trace of the request or event it came with, as 32 hexadecimal digits.
alter table order_history add column actor uuid, add column trace_id text;
