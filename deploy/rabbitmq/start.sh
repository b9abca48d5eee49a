#!/usr/bin/env bash
# Writes the broker's users, their rights and the exchanges they share before it boots, with the passwords of the environment: one
# user a service, each with exactly what it needs (docs/security.md says why it needs that).
set -euo pipefail
umask 077

own() { printf '%s\\\\..+' "$1"; }
permission() { # user, what it may publish to
    printf '{"user":"%s","vhost":"/","configure":"^%s$","write":"^(%sdead-letters|%s)$","read":"^(orders|stock|dead-letters|%s)$"}' \
        "$1" "$(own "$1")" "$2" "$(own "$1")" "$(own "$1")"
}
topics() { # user, exchange, the events it may publish there, those its queues may be bound to
    printf '{"user":"%s","vhost":"/","exchange":"%s","write":"%s","read":"%s"}' "$@"
}
none='^$' order_events='^order\\.(created|cancelled)$' stock_events='^stock\\.(reserved|rejected)$'
exchange() { printf '{"name":"%s","vhost":"/","type":"%s","durable":true,"auto_delete":false,"internal":false,"arguments":{}}' "$@"; }
user() { printf '{"name":"%s","password":"%s","tags":[%s]}' "$1" "$2" "${3:-}"; }

# Left by an earlier start of this container it belongs to the broker's user, and many kernels let even root not write it then.
rm -f "${DEFINITIONS:=/tmp/definitions.json}"
cat > "$DEFINITIONS" <<JSON
{"vhosts":[{"name":"/"}],
 "users":[$(user operator "$OPERATOR_PASSWORD" '"administrator"'),$(user products "$PRODUCTS_PASSWORD"),
  $(user carts "$CARTS_PASSWORD"),$(user orders "$ORDERS_PASSWORD")],
 "permissions":[{"user":"operator","vhost":"/","configure":".*","write":".*","read":".*"},
  $(permission products 'stock|'),$(permission carts ''),$(permission orders 'orders|')],
 "topic_permissions":[
  $(topics products orders "$none" "$order_events"),$(topics products stock "$stock_events" "$none"),
  $(topics carts orders "$none" '^order\\.created$'),$(topics carts stock "$none" "$none"),
  $(topics orders orders "$order_events" "$none"),$(topics orders stock "$none" "$stock_events")],
 "exchanges":[$(exchange orders topic),$(exchange stock topic),$(exchange dead-letters direct)]}
JSON

# The image's own entry point goes on as this user.
if [ "$(id -u)" = 0 ]; then chown rabbitmq "$DEFINITIONS"; fi

exec "$@"
