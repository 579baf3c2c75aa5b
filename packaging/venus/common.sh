# shellcheck shell=sh disable=SC2034 # what is set here is for those who source it
# common.sh — places and means that install.sh, enable.sh, disable.sh and uninstall.sh share. PACKWIRE_ROOT is a
# directory to work in instead of /. Sourced with `here` set to the folder of the script.
#
#   /data/apps/packwire              link to the version in use; replaced by one rename, so it is never half
#   /data/apps/packwire.d/<id>/      a whole version; at most two stay, the one in use and the one before
#   /data/apps/packwire.d/previous   the id of the one before
#   /data/apps/packwire.d/made       folders that were not there before us, for uninstall.sh
root=${PACKWIRE_ROOT:-}
apps=$root/data/apps
link=$apps/packwire
slots=$apps/packwire.d
config=$root/data/conf/packwire.toml
state=$root/data/var/lib/packwire
logs=$root/var/log/packwire
services=$root/service
service=$services/packwire
rc=$root/data/rc.local
# In front of any `exit 0` of the owner's; in a form that no `set -e` ends at.
# shellcheck disable=SC2016 # for rc.local
rc_line='if [ -x "${PACKWIRE_ROOT:-}/data/apps/packwire/enable.sh" ]; then "${PACKWIRE_ROOT:-}/data/apps/packwire/enable.sh" --boot || :; fi # packwire'

say() { echo "packwire: $*"; }
fail() {
    echo "packwire: $*" >&2
    exit 1
}

# To the disk before the next step. The plain form: every busybox has it.
flush() { ${PACKWIRE_SYNC:-sync}; }

# replace FROM TO: rename(2), over a link to a folder, too, which plain mv would move into. Atomic wherever mv knows -T
# or there is Python (Venus OS has it).
replace() {
    mv -fT "$1" "$2" 2>/dev/null || python3 -c 'import os, sys; os.replace(sys.argv[1], sys.argv[2])' "$1" "$2" 2>/dev/null || {
        rm -f "$2" && mv -f "$1" "$2"
    }
}

current() { basename "$(readlink "$link" 2>/dev/null)" 2>/dev/null; }
previous() {
    id=$(cat "$slots/previous" 2>/dev/null) || return 0
    if [ -n "$id" ] && [ "$id" != "$(current)" ] && [ -x "$slots/$id/install.sh" ]; then echo "$id"; fi
}

# switch ID: that version is the one in use; the one until now is `previous`.
switch() {
    old=$(current)
    if [ -n "$old" ] && [ "$old" != "$1" ]; then
        echo "$old" >"$slots/.previous"
        replace "$slots/.previous" "$slots/previous"
    fi
    ln -snf "packwire.d/$1" "$slots/.link"
    flush
    replace "$slots/.link" "$link"
    flush
}

# restart: the service, if there is one, with the version in use.
restart() {
    if [ -d "$service" ] && svok "$service"; then svc -tu "$service"; fi
}

# check_config: 0 if packwire run will take it. Says what is wrong on stderr.
check_config() { "$link/bin/packwire" check-config "$config" >/dev/null; }

# rc_without: rc.local less our line.
rc_without() { sed '/# packwire$/d' "$rc"; }

# rc_replace: standard input becomes rc.local, with the mode that it had.
rc_replace() {
    target=$(readlink -f "$rc")
    cp -p "$target" "$target.packwire" 2>/dev/null || : >"$target.packwire"
    cat >"$target.packwire"
    mv -f "$target.packwire" "$target"
}
