#!/usr/bin/env bash
# Before the image's own entry point: the volume of the archive is root's when it is new, and PostgreSQL writes there.
set -euo pipefail
install --directory --owner=postgres --group=postgres --mode=700 "${BACKUP:-/backup}"
exec "$@"
