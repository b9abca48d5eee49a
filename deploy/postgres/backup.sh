#!/usr/bin/env bash
# backup.sh FOLDER: a base backup of the database that PGHOST, PGPORT, PGUSER and PGPASSWORD name, taken while it is used.
# With the segments that archive.sh keeps beside it, it can be restored to any moment since. Keeps the last 7 (KEEP).
set -euo pipefail
folder=$1 keep=${KEEP:-7}

mkdir -p "$folder/base"
rm -rf "$folder"/base/*.new
begun="$folder/base/begun.new"
pg_basebackup --pgdata="$begun" --wal-method=stream --checkpoint=fast --no-password
# Named after its end, rounded up: only a later moment can be restored from it. Names sort as times do.
mv "$begun" "$folder/base/$(date --utc --date="+1 second" +%Y-%m-%dT%H:%M:%SZ)"

ls -d "$folder"/base/*Z | sort | head -n "-$keep" | while read -r old; do rm -rf "$old"; done

# Segments from before the oldest backup help nobody.
oldest=$(ls -d "$folder"/base/*Z | sort | head -n 1)
first=$(sed -nE 's/^START WAL LOCATION: .* \(file ([0-9A-F]+)\)$/\1/p' "$oldest/backup_label")
if [ -d "$folder/wal" ]; then
    pg_archivecleanup "$folder/wal" "$first"
fi
