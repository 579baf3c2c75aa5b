#!/bin/sh
# enable.sh [--boot] — starts packwire now and at every boot. --boot is for rc.local: /service is in memory and empty of
# us after each start of the device.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.sh
. "$here/common.sh"

register() {
    if [ ! -e "$rc" ]; then
        mkdir -p "$(dirname "$rc")"
        printf '#!/bin/sh\n' >"$rc.packwire"
        chmod 755 "$rc.packwire"
        mv -f "$rc.packwire" "$rc"
    fi
    grep -qxF "$rc_line" "$rc" && return 0
    # After the first line if that says who runs it, else before it; an earlier version's line goes. Byte for byte
    # otherwise, a last line without an end too, so that it can be taken out again.
    rc_without >"$slots/.rc"
    shebang=0
    case $(head -n 1 "$slots/.rc") in '#!'*) shebang=1 ;; esac
    {
        [ $shebang -eq 0 ] || printf "%s\n" "$(head -n 1 "$slots/.rc")"
        printf '%s\n' "$rc_line"
        tail -n +$((shebang + 1)) "$slots/.rc"
    } | rc_replace
    rm -f "$slots/.rc"
    [ -x "$rc" ] || say "$rc is not executable, so Venus OS does not run it at boot; if what else is in it may run: chmod +x $rc"
}

# svscan looks at it only when it has its name, and then it is whole.
start() {
    [ -d "$services" ] || {
        say "there is no /service here: packwire is installed and will start at the next boot"
        return 0
    }
    if [ -d "$service" ]; then
        if svok "$service"; then svc -u "$service"; fi
        return 0
    fi
    rm -rf "$services/.packwire"
    mkdir -p "$services/.packwire/log" "$logs"
    cp "$here/service/run" "$services/.packwire/run"
    cp "$here/service/log/run" "$services/.packwire/log/run"
    chmod 755 "$services/.packwire/run" "$services/.packwire/log/run"
    mv "$services/.packwire" "$service"
    # svscan looks by itself every 5 s.
    if command -v svrescan >/dev/null 2>&1; then svrescan || :; fi
}

[ "${1:-}" = --boot ] || register
start
