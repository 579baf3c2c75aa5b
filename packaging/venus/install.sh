#!/bin/sh
# install.sh [--port PORT] — puts the version beside this script on the device and starts it. Over any other version,
# older or newer; configuration and history stay. Whenever power goes, the old version or the new one works afterwards.
# install.sh --rollback — back to the version before.
# Exit 0 done, 1 nothing was changed, 3 installed, but packwire does not start with the configuration that is there.
set -eu
here=$(dirname "$(readlink -f "$0")")
# shellcheck source=common.sh
. "$here/common.sh"

usage() {
    echo "usage: install.sh [--port /dev/serial/by-id/…] | --rollback" >&2
    exit 2
}

# megabytes free in /data, as df -P has it everywhere
free_kb() { df -Pk "$1" | awk 'NR == 2 { print $4 }'; }

check() {
    [ -d "$root/data" ] || fail "there is no $root/data: this is no GX device"
    (: >"$root/data/.packwire") 2>/dev/null || fail "$root/data cannot be written (full, read-only, or not root); nothing was changed"
    rm -f "$root/data/.packwire"
    (cd "$here" && sha256sum -c share/manifest.sha256 >/dev/null 2>&1) || fail "the archive is damaged: copy it here again; nothing was changed"
    "$here/bin/packwire" --version >/dev/null 2>&1 ||
        fail "this is packwire for $(cat "$here/share/arch"), which does not run on this device ($(uname -m)); nothing was changed"
    need=$(($(du -sk "$here" | cut -f1) + 1024))
    free=$(free_kb "$root/data")
    [ "$free" -ge "$need" ] || fail "/data has $free kB free, and $need kB are needed; nothing was changed"
}

# Folders that are not there before us; innermost first, as uninstall.sh takes them.
remember() {
    [ ! -e "$slots/made" ] || return 0
    made=
    for folder in data/var/lib data/var data/conf data/apps; do [ -d "$root/$folder" ] || made="$made $folder"; done
    [ -e "$rc" ] || made="$made rc.local"
    mkdir -p "$slots"
    # shellcheck disable=SC2086 # a line a word
    printf '%s\n' $made >"$slots/.made"
    mv -f "$slots/.made" "$slots/made"
}

# A whole copy beside the others, then its name: what has a name is whole.
stage() {
    rm -rf "$slots"/.new-*
    [ ! -d "$slots/$1" ] || (cd "$slots/$1" && sha256sum -c share/manifest.sha256 >/dev/null 2>&1) || {
        [ "$1" != "$(current)" ] || say "the version in use is damaged and is replaced"
        rm -rf "$slots/.bad"
        mv "$slots/$1" "$slots/.bad"
    }
    if [ ! -d "$slots/$1" ]; then
        # A copy that is cut off fails at its sums.
        cp -R "$here" "$slots/.new-$1" 2>/dev/null || :
        (cd "$slots/.new-$1" && sha256sum -c share/manifest.sha256 >/dev/null 2>&1) || {
            rm -rf "$slots/.new-$1"
            [ -e "$link" ] || rm -rf "$slots"
            fail "copying to /data failed (is it full?); the version until now stays"
        }
        flush
        mv "$slots/.new-$1" "$slots/$1"
    fi
    rm -rf "$slots/.bad"
}

configure() {
    [ ! -e "$config" ] || return 0
    mkdir -p "$(dirname "$config")"
    if [ -n "$port" ]; then
        sed "s|^#port = .*|port = \"$port\"|; s|^#\[\[bus\]\]|[[bus]]|" "$here/etc/packwire.toml" >"$config.new"
    else
        cp "$here/etc/packwire.toml" "$config.new"
    fi
    flush
    mv -f "$config.new" "$config"
}

# What is neither in use nor the one before.
prune() {
    for slot in "$slots"/*/; do
        id=$(basename "$slot")
        [ "$id" = "$(current)" ] || [ "$id" = "$(previous)" ] || rm -rf "$slot"
    done
}

verdict() {
    if said=$(check_config 2>&1); then return 0; fi
    say "$said"
    say "packwire $(cat "$link/version") does not start with this configuration and stays down. Mend $config, then: svc -u /service/packwire"
    [ -z "$(previous)" ] || say "or go back to the version before: /data/apps/packwire/install.sh --rollback"
    exit 3
}

rollback() {
    id=$(previous)
    [ -n "$id" ] || fail "there is no version before this one; nothing was changed"
    switch "$id"
    restart
    say "back to $(cat "$link/version")"
    verdict
}

install() {
    check
    id=$(cat "$here/version")-$(sha256sum "$here/share/manifest.sha256" | cut -c1-8)
    was=
    enabled=yes
    if [ -e "$link" ]; then
        was=$(cat "$link/version")
        # Who disabled it keeps it disabled. Less than that, half an install that power ended, is finished.
        if [ ! -e "$slots/fresh" ] && ! grep -q '# packwire$' "$rc" 2>/dev/null; then enabled=no; fi
    fi
    remember
    [ -e "$link" ] || : >"$slots/fresh"
    stage "$id"
    configure
    switch "$id"
    prune
    case $was in
        '') say "packwire $(cat "$here/version") is installed" ;;
        "$(cat "$here/version")") say "packwire $was is installed again" ;;
        *) say "packwire $(cat "$here/version") is installed over $was; back: /data/apps/packwire/install.sh --rollback" ;;
    esac
    if [ $enabled = yes ]; then
        "$link/enable.sh"
        restart
    else
        say "it was disabled and stays so: /data/apps/packwire/enable.sh starts it"
    fi
    rm -f "$slots/fresh"
    verdict
}

port=
case "${1:-}" in
    --rollback) rollback ;;
    --port)
        port=${2:?usage: install.sh --port PORT}
        install
        ;;
    '') install ;;
    *) usage ;;
esac
