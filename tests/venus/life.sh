#!/bin/sh
# life.sh BUNDLE SIMULATOR SETTINGS [RUNNER] — the whole life of packwire on a stand-in GX device: install, boot, run,
# power loss, firmware update, upgrade, rollback, broken configuration, another driver on the port, full and read-only
# /data, disable, uninstall. Prints the measured times and memory as JSON lines.
#   BUNDLE     a folder made by packaging/venus/bundle.sh
#   SIMULATOR  packwire for this machine; SETTINGS: settings.cpp
#   RUNNER     what runs the bundle's program where this machine is of another kind, such as qemu-arm-static
set -eu
bundle=$(readlink -f "$1")
sim=$(readlink -f "$2")
settings=$(readlink -f "$3")
export PACKWIRE_RUNNER="${4:-}"
folder=$(dirname "$(readlink -f "$0")")
tree=$(mktemp -d "${TMPDIR:-/tmp}/packwire-gx.XXXXXX")
export PACKWIRE_ROOT="$tree"
# Power loss is played by killing; the page cache outlives that, and syncing a whole build machine takes seconds.
export PACKWIRE_SYNC=:
# shellcheck source=gx.sh
. "$folder/gx.sh"
trap shutdown_world EXIT
trap 'exit 1' INT TERM
arch=$(cat "$bundle/share/arch")
old=$(cat "$bundle/version")
new=99.0.0
for tool in svscan supervise multilog svc svok dbus-daemon dbus-send setsid; do
    command -v "$tool" >/dev/null || fail "$tool is missing (packaging/deps/test.txt)"
done

# figure NAME VALUE UNIT [LIMIT]: with PACKWIRE_LIFE_GATE=1 a limit that is passed fails, at the end.
over=
figure() {
    [ -z "${4:-}" ] || [ "$2" -le "$4" ] || over="$over $1"
    printf '{"bench":"venus_life","arch":"%s","name":"%s","value":%s,"unit":"%s"%s}\n' "$arch" "$1" "$2" "$3" "${4:+,\"limit\":$4}"
}
# install FOLDER ARGUMENT...: as an owner does it. Its words go to $tree/output.
install() {
    from=$1
    shift
    "$from/install.sh" "$@" >"$tree/output" 2>&1
}
# refuses EXIT WORDS FOLDER ARGUMENT...
refuses() {
    expected=$1
    words=$2
    shift 2
    status=0
    install "$@" || status=$?
    [ $status -eq "$expected" ] || fail "install gave $status, not $expected ($words)"
    grep -q "$words" "$tree/output" || fail "install did not say: $words"
}

# A device that somebody already uses -------------------------------------------------------------------------------
firmware
mkdir -p "$tree/data/conf"
printf '#!/bin/sh\n: mine\nexit 0' >"$tree/data/rc.local" # without a last newline
chmod 755 "$tree/data/rc.local"
echo theirs >"$tree/data/conf/other.conf"
mkdir "$tree/newer"
cp -R "$bundle/." "$tree/newer/"
echo $new >"$tree/newer/version"
sed -i "s:^[0-9a-f]*  ./version$:$(sha256sum <"$tree/newer/version" | cut -d' ' -f1)  ./version:" "$tree/newer/share/manifest.sha256"
world
boot
listing >"$tree/before"

# Install, first value ------------------------------------------------------------------------------------------------
start=$(now_ms)
install "$bundle" --port "$tree/dev/ttyPACK" || fail "install gave $?"
runs "$old" "install"
figure install_to_first_value $(($(now_ms) - start)) ms 30000
[ "$(sh -c '. "$1"; echo reached' x "$tree/data/rc.local")" != reached ] || fail "rc.local lost its exit"
grep -q ': mine' "$tree/data/rc.local" || fail "rc.local lost what was in it"
svc -d "$tree/service/packwire"
within 20 has_none || fail "the service does not stop"
start=$(now_ms)
svc -u "$tree/service/packwire"
runs "$old" "start"
# addresses = "auto", as the bundle has it: the packs of the last run are asked first.
figure start_to_first_value_auto $(($(now_ms) - start)) ms 3000
sed -i "s:^port = .*:&\\naddresses = [1]:; s/127.0.0.1:8485/127.0.0.1:$((20001 + $$ % 20000))/" "$tree/data/conf/packwire.toml"
svc -d "$tree/service/packwire"
within 20 has_none || fail "the service does not stop"
start=$(now_ms)
svc -u "$tree/service/packwire"
runs "$old" "start"
figure start_to_first_value $(($(now_ms) - start)) ms 3000
say "installed, $old is on the bus"

# Installed again: nothing doubles ------------------------------------------------------------------------------------
install "$bundle" || fail "installing again gave $?"
[ "$(grep -c '# packwire$' "$tree/data/rc.local")" = 1 ] || fail "rc.local has our line more than once"
runs "$old" "installed again"

# Power loss while it runs, then a new firmware ------------------------------------------------------------------------
power_off
boot
runs "$old" "power loss"
power_off
firmware
boot
runs "$old" "firmware update"
say "lives on after power loss and a new firmware"

# Upgrade, rollback, older over newer -----------------------------------------------------------------------------------
echo '# a remark of the owner' >>"$tree/data/conf/packwire.toml"
install "$tree/newer" || fail "upgrade gave $?"
grep -q "installed over $old" "$tree/output" || fail "the upgrade does not say what was there"
runs $new "upgrade"
tail -1 "$tree/data/conf/packwire.toml" | grep -q remark || fail "the configuration was not kept"
install "$tree/data/apps/packwire" --rollback || fail "rollback gave $?"
runs "$old" "rollback"
install "$tree/newer" || fail "upgrade gave $?"
install "$bundle" || fail "an older version over a newer gave $?"
runs "$old" "older over newer"
[ "$(find "$tree/data/apps/packwire.d" -mindepth 1 -maxdepth 1 -type d | wc -l)" = 2 ] || fail "more than two versions are kept"
say "upgrade, rollback and downgrade"

# A configuration that the new version refuses ---------------------------------------------------------------------------
cp "$tree/data/conf/packwire.toml" "$tree/good.toml"
echo 'not_a_key = 1' >>"$tree/data/conf/packwire.toml"
refuses 3 "stays down" "$tree/newer"
grep -q not_a_key "$tree/output" || fail "install does not say what is wrong"
grep -q -- --rollback "$tree/output" || fail "install does not say how to go back"
stays_down() { grep -q "stays down until" "$tree/var/log/packwire/current" && svstat "$tree/service/packwire" | grep -q ': down'; }
within 30 stays_down || fail "the service does not stay down"
power_off
boot
within 30 stays_down || fail "the service does not stay down after a boot"
cp "$tree/good.toml" "$tree/data/conf/packwire.toml"
svc -u "$tree/service/packwire"
runs $new "configuration mended"
say "a broken configuration keeps it down, a mended one does not"

# Another driver on the port -----------------------------------------------------------------------------------------------
svc -d "$tree/service/packwire"
within 20 has_none || fail "the service does not stop"
: >"$tree/var/log/packwire/current"
exec 9<>"$tree/dev/ttyPACK"
within 20 flock -n 9 || fail "the port is held already"
svc -u "$tree/service/packwire"
within 30 grep -q "another program holds it" "$tree/var/log/packwire/current" || fail "a busy port is not told"
exec 9>&-
runs $new "port given back"
say "says that another driver has the port, and goes on when it is free"

# Memory with D-Bus and MQTT ------------------------------------------------------------------------------------------------
if [ -z "$PACKWIRE_RUNNER" ] && command -v mosquitto >/dev/null; then
    port=$((20000 + $$ % 20000))
    printf 'listener %s 127.0.0.1\nallow_anonymous true\n' $port >"$tree/mosquitto.conf"
    mosquitto -c "$tree/mosquitto.conf" >"$tree/mosquitto.log" 2>&1 &
    world_pids="$world_pids $!"
    printf '[mqtt]\nurl = "mqtt://127.0.0.1:%s"\n' $port >>"$tree/data/conf/packwire.toml"
    svc -t "$tree/service/packwire"
    connected() { mosquitto_sub -p "$port" -t '#' -C 5 -W 5 >/dev/null 2>&1; }
    within 60 connected || fail "nothing comes over MQTT"
    within 60 has_value || fail "no value with MQTT"
    pid=$(svstat "$tree/service/packwire" | sed -n 's/.*(pid \([0-9]*\)).*/\1/p')
    within 20 test -r "/proc/$pid/status"
    figure rss "$(awk '/^VmHWM/ { print $2 }' "/proc/$pid/status")" kB 30720
    cp "$tree/good.toml" "$tree/data/conf/packwire.toml"
    svc -t "$tree/service/packwire"
fi

# Power loss at every step of an upgrade and of an install ----------------------------------------------------------------------
# shellcheck source=power.sh
. "$folder/power.sh"
power_loss_everywhere

# /data full, read-only --------------------------------------------------------------------------------------------------------
# shellcheck source=disk.sh
. "$folder/disk.sh"
disk_troubles
printf 'x' >>"$tree/newer/bin/packwire.elf"
refuses 1 "damaged" "$tree/newer"

# Disable, uninstall ------------------------------------------------------------------------------------------------------------
power_off
boot
within 60 has_value || fail "no value before disabling"
"$tree/data/apps/packwire/disable.sh" >"$tree/output" 2>&1 || fail "disable gave $?"
has_none || fail "it is on the bus although disabled"
power_off
boot
[ ! -e "$tree/service/packwire" ] || fail "it comes back at boot although disabled"
install "$bundle" || fail "install over a disabled version gave $?"
[ ! -e "$tree/service/packwire" ] || fail "an upgrade enabled what was disabled"
"$tree/data/apps/packwire/enable.sh" >"$tree/output" 2>&1
within 60 has_value || fail "enable does not start it"
"$tree/data/apps/packwire/uninstall.sh" --keep >"$tree/output" 2>&1 || fail "uninstall --keep gave $?"
if [ ! -r "$tree/data/conf/packwire.toml" ] || [ ! -d "$tree/data/var/lib/packwire" ]; then fail "--keep kept nothing"; fi
if [ -e "$tree/data/apps/packwire" ] || [ -e "$tree/data/apps/packwire.d" ]; then fail "uninstall --keep left the program"; fi
rm -rf "$tree/data/conf/packwire.toml" "$tree/data/var" "$tree/data/apps"
install "$bundle" --port "$tree/dev/ttyPACK" || fail "a second install gave $?"
within 60 has_value || fail "a second install does not run"
"$tree/data/apps/packwire/uninstall.sh" >"$tree/output" 2>&1 || fail "uninstall gave $?"
within 10 has_none || fail "it runs although uninstalled"
listing >"$tree/after"
diff "$tree/before" "$tree/after" >"$tree/output" || fail "uninstall left traces"
say "gone without a trace"
[ -z "${PACKWIRE_LIFE_GATE:-}" ] || [ -z "$over" ] || fail "over the limit:$over"
echo "venus life ($arch): fine"
