-- A new message is due at once whatever the clock says: after a step back, those written before it waited for it to come round.
alter table outbox alter column next_attempt_at set default '-infinity';
