#!/usr/bin/env bash
# Runs once, when a database container is new: the service's role (rows only) and the owner's (migrations), and nobody else.
set -euo pipefail

psql --no-psqlrc -v ON_ERROR_STOP=1 -U "$POSTGRES_USER" -d "$POSTGRES_DB" \
     -v db="$POSTGRES_DB" -v owner="${POSTGRES_DB}_owner" \
     -v service_password="$SERVICE_PASSWORD" -v owner_password="$OWNER_PASSWORD" <<'SQL'
create role :"owner" login password :'owner_password';
create role :"db" login password :'service_password';
alter database :"db" owner to :"owner";
alter schema public owner to :"owner";
revoke all on database :"db" from public;
grant connect on database :"db" to :"db";
SQL
