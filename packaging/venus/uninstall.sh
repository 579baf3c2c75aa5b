#!/bin/sh
# uninstall.sh [--keep] — packwire leaves the device without a trace. --keep leaves configuration and history for a
# later install.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.sh
. "$here/common.sh"

# In a function, for the shell reads a script while it runs it, and this one goes.
main() {
    "$here/disable.sh"
    made=$(cat "$slots/made" 2>/dev/null || :)
    rm -rf "$logs"
    [ "${1:-}" = --keep ] || rm -rf "$config" "$config.new" "$state"
    rm -f "$link"
    rm -rf "$slots"
    # Innermost first; one that holds something of others stays.
    for folder in $made; do
        [ "$folder" = rc.local ] || rmdir "$root/$folder" 2>/dev/null || :
    done
    flush
    if [ "${1:-}" = --keep ]; then say "gone; kept: $config, $state"; else say "gone"; fi
}
main "$@"
exit
