#!/bin/sh
# start-packwire.sh TTY — packwire on one port, as serial-starter starts it. run-service.sh sets tty from our
# argument, and its start runs $app and gives the port back when that ends.
# Where no pack answers it ends with 1, and serial-starter may try the next service on that port.
root=${PACKWIRE_ROOT:-}

# shellcheck disable=SC1091 # belongs to Venus OS
. "$root/opt/victronenergy/serial-starter/run-service.sh"

# shellcheck disable=SC2034,SC2154 # start reads app; run-service.sh sets tty
app="$root/data/apps/packwire/on-tty.sh"
# shellcheck disable=SC2154
start "$tty"
