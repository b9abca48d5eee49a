#!/usr/bin/env bash
# Runs once, when a database container is new: the service's role (rows only), the owner's (migrations), the auditor's (reads
# everything), and nobody else.
set -euo pipefail

psql --no-psqlrc -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
     -v db="$POSTGRES_DB" -v owner="${POSTGRES_DB}_owner" -v auditor="${POSTGRES_DB}_auditor" <<'SQL'
-- Not as arguments: everybody on the machine can read those.
\getenv service_password SERVICE_PASSWORD
\getenv owner_password OWNER_PASSWORD
\getenv auditor_password AUDITOR_PASSWORD
create role :"owner" login password :'owner_password';
create role :"db" login password :'service_password';
create role :"auditor" login password :'auditor_password' in role pg_read_all_data;
alter role :"auditor" set default_transaction_read_only = on;
-- Names in statements and triggers mean our own schema's, whatever else should ever lie in the database.
alter role :"owner" set search_path = public, pg_temp;
alter role :"db" set search_path = public, pg_temp;
alter role :"auditor" set search_path = public, pg_temp;
alter database :"db" owner to :"owner";
alter schema public owner to :"owner";
revoke all on database :"db" from public;
grant connect on database :"db" to :"db", :"auditor";
-- Nor are they to enter the two databases that every server has. What is revoked already is left alone.
select format('revoke connect on database %I from public', datname) from pg_database
where datname in ('postgres', 'template1') and has_database_privilege('public', datname, 'connect') \gexec

-- "Key (email)=(…) already exists" would put a customer's address into the server's log.
select :'db' = 'users' as has_addresses \gset
\if :has_addresses
alter database :"db" set log_error_verbosity = terse;
\endif
SQL
