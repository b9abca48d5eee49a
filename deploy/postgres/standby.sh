#!/usr/bin/env bash
# standby.sh NAME DATA: makes the data directory of a standby of the primary that PGHOST, PGPORT, PGUSER and PGPASSWORD name.
# PostgreSQL started on it follows the primary. On the primary, once:
#   alter system set synchronous_standby_names = 'NAME'; select pg_reload_conf();
# From then on no commit is answered before it is on both disks. If the primary dies: select pg_promote() on the standby.
set -euo pipefail
name=$1 data=$2

# With a slot the primary keeps what the standby has not got yet, however long it is away; but not for ever:
# max_slot_wal_keep_size limits it.
pg_basebackup --pgdata="$data" --write-recovery-conf --wal-method=stream --checkpoint=fast --no-password \
    --create-slot --slot="$name" \
    --dbname="application_name=$name"
chmod 700 "$data"
