# shellcheck shell=sh disable=SC2154,SC2016 # sim, settings: life.sh; scripts for stand-ins
# gx.sh — a stand-in for a GX device in $tree: /data, /service under svscan, rc.local at boot, a bus of its own, and a
# simulated pack as its serial port. Sourced by life.sh, which sets tree, sim and settings.

say() { echo "venus life: $*" >&2; }
fail() {
    echo "FAILED: $1" >&2
    for file in "$tree/output" "$tree/var/log/packwire/current"; do
        [ ! -r "$file" ] || { echo "--- $file" && tail -20 "$file"; } >&2
    done
    exit 1
}
now_ms() { echo $(($(date +%s%N) / 1000000)); }

# within SECONDS COMMAND...: until it succeeds.
within() {
    until_ms=$(($(now_ms) + $1 * 1000))
    shift
    until "$@"; do
        [ "$(now_ms)" -lt $until_ms ] || return 1
        sleep 0.05
    done
}

# firmware: what is replaced by an update of the device: everything but /data.
firmware() {
    rm -rf "${tree:?}/opt" "${tree:?}/var" "${tree:?}/service"
    mkdir -p "$tree/opt/victronenergy/serial-starter" "$tree/var/log" "$tree/service"
    for script in stop-tty.sh start-tty.sh; do
        printf '#!/bin/sh\necho "$0" "$1" >>"%s"\n' "$tree/asked" >"$tree/opt/victronenergy/serial-starter/$script"
        chmod 755 "$tree/opt/victronenergy/serial-starter/$script"
    done
}

world_pids=
# world: what is outside of the device, and the bus.
world() {
    mkdir -p "$tree/dev"
    "$sim" sim --packs 1 --link "$tree/dev/ttyPACK" --baud 0 >"$tree/sim.log" 2>&1 &
    world_pids="$world_pids $!"
    cat >"$tree/bus.conf" <<CONF
<busconfig><type>session</type><listen>unix:path=$tree/bus</listen>
<policy context="default"><allow send_destination="*"/><allow eavesdrop="true"/><allow own="*"/></policy></busconfig>
CONF
    dbus-daemon --config-file="$tree/bus.conf" --nofork >"$tree/bus.log" 2>&1 &
    world_pids="$world_pids $!"
    export DBUS_SYSTEM_BUS_ADDRESS="unix:path=$tree/bus"
    unset DBUS_SESSION_BUS_ADDRESS
    within 20 test -S "$tree/bus" || fail "there is no bus"
    "$settings" "$DBUS_SYSTEM_BUS_ADDRESS" >"$tree/settings.log" 2>&1 &
    world_pids="$world_pids $!"
    within 20 test -e "$tree/dev/ttyPACK" || fail "the simulator has no port"
}

device=
# boot: /service is empty then, as on a device, where it is in memory.
boot() {
    rm -rf "$tree/service"
    mkdir "$tree/service"
    setsid svscan "$tree/service" >>"$tree/svscan.log" 2>&1 &
    device=$!
    if [ -x "$tree/data/rc.local" ]; then "$tree/data/rc.local" >>"$tree/output" 2>&1 || fail "rc.local failed"; fi
}
# power_off: everything on the device, at once.
power_off() {
    [ -z "$device" ] || kill -s KILL -- "-$device" 2>/dev/null || :
    wait "$device" 2>/dev/null || :
    device=
}
# shutdown_world: for trap.
shutdown_world() {
    power_off
    for pid in $world_pids; do kill "$pid" 2>/dev/null || :; done
    wait 2>/dev/null || :
    rm -rf "$tree"
}

# voltage: of the bank, on the bus.
voltage() {
    dbus-send --bus="$DBUS_SYSTEM_BUS_ADDRESS" --print-reply=literal --reply-timeout=2000 \
        --dest=com.victronenergy.battery.packwire_home /Dc/0/Voltage com.victronenergy.BusItem.GetValue 2>/dev/null |
        grep -oE '[0-9]+(\.[0-9]+)?$'
}
has_value() { voltage >/dev/null; }
has_none() { ! voltage >/dev/null; }
# runs VERSION WHY: a value is on the bus, and it is that version's.
runs() {
    within 60 has_value || fail "$2: no value on the bus"
    [ "$(cat "$tree/data/apps/packwire/version")" = "$1" ] || fail "$2: version $(cat "$tree/data/apps/packwire/version") runs instead of $1"
}
whole() { (cd "$tree/data/apps/packwire" && sha256sum -c --quiet share/manifest.sha256 >/dev/null 2>&1); }

# listing: names, modes, links and contents of /data and what else is ours on the device.
listing() {
    (cd "$tree" && find data opt var service ! -path 'service/.svscan*' \( -type f -printf '%p %m ' -exec sha256sum {} \; -o -printf '%p %m %y %l\n' \) | LC_ALL=C sort)
}
