#!/bin/sh
# Installs the Debian packages named as arguments, as root, and keeps their servers from running: the store starts
# private ones, and a machine that had no database and no broker of its own should have none afterwards.
set -eu
export DEBIAN_FRONTEND=noninteractive

policy=/usr/sbin/policy-rc.d
cluster=/etc/postgresql-common/createcluster.d/gocart.conf
units="rabbitmq-server.service epmd.service epmd.socket"

is_enabled() { [ -n "$(find /etc/systemd/system -name "$1" 2>/dev/null)" ]; }

before=""
for unit in $units; do
    if is_enabled "$unit"; then before="$before $unit"; fi
done

undo() {
    rm -f "$cluster"
    if [ -e "$policy" ] && grep -q "Written by GoCart" "$policy"; then rm -f "$policy"; fi
}
trap undo EXIT
trap 'exit 130' INT TERM

# Asked by the packages' scripts before they start a server; 101 means no. An administrator's own policy stays.
if [ ! -e "$policy" ]; then
    printf '#!/bin/sh\n# Written by GoCart, for as long as it installs packages.\nexit 101\n' >"$policy"
    chmod 755 "$policy"
fi

# No "main" cluster on port 5432.
mkdir -p "$(dirname "$cluster")"
echo "create_main_cluster = false" >"$cluster"

# An old list names packages that are gone; no network at all may still find them in a cache.
apt-get update || echo "The package lists could not be refreshed; going on with the ones at hand."
apt-get install --yes --no-install-recommends -o DPkg::Lock::Timeout=120 "$@"

# Not at the next boot either, unless they did before. Without systemctl nothing reads systemd's units, and init's own
# links count.
for unit in $units; do
    case " $before " in
        *" $unit "*) continue ;;
    esac
    if command -v systemctl >/dev/null && is_enabled "$unit"; then
        systemctl disable "$unit" || echo "$unit could not be disabled."
    fi
    if [ "$unit" = rabbitmq-server.service ] && [ -e /etc/init.d/rabbitmq-server ]; then
        update-rc.d rabbitmq-server disable || echo "rabbitmq-server could not be disabled."
    fi
done
