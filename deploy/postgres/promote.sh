#!/usr/bin/env bash
# Makes the standby that PGHOST, PGPORT, PGUSER and PGPASSWORD name the primary. Only when the old primary is surely gone: two of them
# would both take orders.
set -euo pipefail

# It has no standby itself now, and would wait for one at every commit.
psql --no-psqlrc -v ON_ERROR_STOP=1 --quiet --tuples-only -d postgres \
    -c 'select pg_promote()' \
    -c 'alter system reset synchronous_standby_names' \
    -c 'select pg_reload_conf()'
