#!/usr/bin/env bash
# Before start.sh, on a standby: a new one copies the primary PRIMARY_HOST first, and follows it from then on.
set -euo pipefail
here=$(dirname "$0")

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    install --directory --owner=postgres --group=postgres --mode=700 "$PGDATA"
    PGHOST=${PRIMARY_HOST:?} PGUSER=replication PGPASSWORD=${REPLICATION_PASSWORD:?set it in .env} \
        setpriv --reuid=postgres --regid=postgres --clear-groups bash "$here/standby.sh" standby "$PGDATA"
fi

exec bash "$here/start.sh" "$@"
