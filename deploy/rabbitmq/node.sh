#!/usr/bin/env bash
# Before start.sh, in a cluster: nodes let each other in by a secret of theirs, which has to lie in a file that nobody else reads.
set -euo pipefail
umask 077
cookie="${RABBITMQ_HOME:-/var/lib/rabbitmq}/.erlang.cookie"

rm -f "$cookie"
printf '%s' "${ERLANG_COOKIE:?set it in .env}" > "$cookie"
chmod 400 "$cookie"
if [ "$(id -u)" = 0 ]; then chown rabbitmq "$cookie"; fi
# The broker and its tools take it from there alone.
unset ERLANG_COOKIE

exec bash "$(dirname "$0")/start.sh" "$@"
