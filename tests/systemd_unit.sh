#!/bin/sh
# systemd_unit.sh UNIT PROGRAM — the unit can be loaded, is as confined as promised, and says what the daemon needs.
# Ends with 77, "skipped", where there is no systemd-analyze.
set -eu
unit=$1
program=$2
command -v systemd-analyze >/dev/null || { echo "skipped: no systemd-analyze here"; exit 77; }
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
fail() {
    echo "systemd_unit: $1" >&2
    exit 1
}

# As it is but for the program, which is not installed yet.
sed "s,^ExecStart=[^ ]*,ExecStart=$program," "$unit" >"$work/packwire.service"
said=$(systemd-analyze verify --man=no "$work/packwire.service" 2>&1) || fail "$said"
[ -z "$said" ] || fail "$said"

# In tenths. It counts what is missing, so a line that gets lost is noticed.
report=$(systemd-analyze security --offline=yes --threshold=16 "$work/packwire.service" 2>&1) || fail "$report"
printf '%s\n' "$report" | tail -n 1

for line in Type=notify 'WatchdogSec=[0-9]+' Restart=always RestartPreventExitStatus=2 DynamicUser=yes \
    StateDirectory=packwire RuntimeDirectory=packwire MemoryDenyWriteExecute=yes 'DeviceAllow=char-ttyUSB rw'; do
    grep -qE "^$line\$" "$unit" || fail "$unit lacks $line"
done
