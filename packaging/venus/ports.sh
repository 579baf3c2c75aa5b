#!/bin/sh
# ports.sh take|give — takes the serial ports of the configuration from Venus' serial-starter, or gives them back.
# Ports that are no tty of this device (tcp://…) are left out. Does nothing where there is no serial-starter.
# PACKWIRE_ROOT is a directory to work in instead of /.
set -eu

root=${PACKWIRE_ROOT:-}
config=${PACKWIRE_CONFIG:-$root/data/conf/packwire.toml}
starter=$root/opt/victronenergy/serial-starter

case "${1:-}" in
    take) script=stop-tty.sh ;;
    give) script=start-tty.sh ;;
    *)
        echo "usage: ports.sh take|give" >&2
        exit 2
        ;;
esac
[ -x "$starter/$script" ] || exit 0
[ -r "$config" ] || exit 0

# port = "/dev/serial/by-id/…" or "serial:/dev/ttyUSB0?baud=9600"
sed -n 's/^[[:space:]]*port[[:space:]]*=[[:space:]]*"\(serial:\)\{0,1\}\(\/dev\/[^"?]*\).*/\2/p' "$config" |
    while read -r port; do
        device=$(readlink -f "$root$port") || continue
        [ -e "$device" ] || continue
        "$starter/$script" "$(basename "$device")" || echo "packwire: $script ${device##*/} failed" >&2
    done
