#!/usr/bin/env bash
# The archive_command of a database: archive.sh %p FOLDER/wal/%f
# A finished segment of the write-ahead log is in the archive, whole and on disk, before PostgreSQL may forget it.
set -euo pipefail
segment=$1 kept=$2

# After a crash PostgreSQL asks again; another segment of that name would be another database's.
if [ -e "$kept" ]; then
    exec cmp --silent "$segment" "$kept"
fi

mkdir -p "$(dirname "$kept")"
cp "$segment" "$kept.new"
sync "$kept.new"
mv "$kept.new" "$kept"
sync "$(dirname "$kept")"
