#!/bin/sh
# on-tty.sh TTY — packwire on /dev/TTY if a pack answers there; else ends with 1.
set -eu

root=${PACKWIRE_ROOT:-}
app=$root/data/apps/packwire/bin/packwire
config=$root/data/conf/packwire.toml
port=/dev/$1

"$app" scan "$port" >/dev/null || exit 1

export STATE_DIRECTORY="$root/data/var/lib/packwire"
mkdir -p "$STATE_DIRECTORY"
if [ -r "$config" ]; then
    exec "$app" run --config "$config" --port "$port"
fi
exec "$app" run --port "$port"
