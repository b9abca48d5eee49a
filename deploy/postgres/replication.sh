#!/usr/bin/env bash
# Runs once, when a primary is new: a standby may follow it, and, from the next start on, no commit is answered before the standby
# has it too.
set -euo pipefail

: "${REPLICATION_PASSWORD:?set it in .env}"
psql --no-psqlrc -v ON_ERROR_STOP=1 -U "${POSTGRES_USER:-postgres}" -d postgres <<'SQL'
\getenv password REPLICATION_PASSWORD
create role replication login replication password :'password';
alter system set synchronous_standby_names = 'standby';
SQL

printf 'host replication replication all scram-sha-256\n' >> "$PGDATA/pg_hba.conf"
