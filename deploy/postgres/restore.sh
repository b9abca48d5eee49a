#!/usr/bin/env bash
# restore.sh FOLDER TIME DATA: makes a new data directory from what backup.sh and archive.sh keep in FOLDER. PostgreSQL started
# on it replays the log up to TIME (2026-01-31T12:00:00Z), and is then open for use. Nothing that exists is changed.
set -euo pipefail
folder=$1 time=$2 data=$3

if [ -e "$data" ] && [ -n "$(ls -A "$data")" ]; then
    echo "$data is not empty: move it away first." >&2
    exit 1
fi

stamp=$(date --utc --date="$time" +%Y-%m-%dT%H:%M:%SZ)
base=$(ls "$folder/base" | grep 'Z$' | sort | awk -v stamp="$stamp" '$0 <= stamp' | tail -n 1)
if [ -z "$base" ]; then
    echo "No backup in $folder/base ended before $stamp." >&2
    exit 1
fi

mkdir -p "$data"
chmod 700 "$data"
cp -a "$folder/base/$base/." "$data"
cat >> "$data/postgresql.auto.conf" <<CONF
restore_command = 'cp "$folder/wal/%f" "%p"'
recovery_target_time = '$(date --utc --date="$time" '+%Y-%m-%d %H:%M:%S.%N')+00'
recovery_target_action = 'promote'
CONF
touch "$data/recovery.signal"
echo "Restored from $base; start PostgreSQL on $data."
