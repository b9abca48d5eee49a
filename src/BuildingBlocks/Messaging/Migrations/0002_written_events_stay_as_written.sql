-- An event is published as it was written in the transaction of its change, and a message that was handled stays handled: of
-- these rows the service changes only how far the sending has come.
revoke update on outbox, inbox from :service_role;
grant update (attempts, next_attempt_at, lease_until, sent_at) on outbox to :service_role;
