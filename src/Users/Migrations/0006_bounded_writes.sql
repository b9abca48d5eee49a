-- What one session, or tries at one closed account, can have written, bounded. The release before this one goes on working: it counts
-- none of it. Columns without a computed default change no row.

-- Renewals since the first of them, which begins a minute: each is a row that stays for a month.
alter table sessions add column renewals int not null default 0;
alter table sessions add column renewals_began_at timestamptz;
grant update (renewals, renewals_began_at) on sessions to :service_role;

-- The closing of which the audit log has a row already.
alter table sign_in_failures add column noted_until timestamptz;
