#!/bin/sh
# disable.sh — packwire ends and does not start at boot any more; its ports go back to serial-starter. Program,
# configuration and history stay; enable.sh starts it again.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.sh
. "$here/common.sh"

unregister() {
    [ -e "$rc" ] && grep -q '# packwire$' "$rc" || return 0
    rc_without | rc_replace
    # A file that we made, and that nobody used since, goes.
    if [ "$(cat "$rc")" = '#!/bin/sh' ] && grep -qx rc.local "$slots/made" 2>/dev/null; then rm -f "$rc"; fi
}

# gone SERVICE: until its supervise has ended, 20 s at most.
gone() {
    left=200
    while svok "$1" && [ $left -gt 0 ]; do
        sleep 0.1 2>/dev/null || sleep 1
        left=$((left - 1))
    done
}

stop() {
    [ -d "$service" ] || return 0
    rm -rf "$services/.packwire.gone"
    # First its name, so that svscan does not start it anew.
    mv "$service" "$services/.packwire.gone"
    cd "$services/.packwire.gone"
    if svok .; then
        svc -dx .
        gone .
    fi
    if svok ./log; then
        svc -dx ./log
        gone ./log
    fi
    cd /
    rm -rf "$services/.packwire.gone"
    "$here/ports.sh" give
}

unregister
stop
