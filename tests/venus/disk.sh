# shellcheck shell=sh disable=SC2154,SC2034,SC2015 # tree, bundle: life.sh
# disk.sh — /data that is full, that fills up in the middle of the copy, and that is read-only. Sourced by life.sh. Needs
# mounts of its own; where the machine does not give them it says so.

# with_data OPTIONS COMMAND: a fresh /data of its own, mounted with these options, for the command.
with_data() {
    # shellcheck disable=SC2016 # for the inner shell
    unshare -m sh -c 'mount -t tmpfs -o "$1" none "$2/data" && shift 2 && "$@"' sh "$1" "$tree" sh -c "$2" sh "$bundle" "$tree"
}

disk_troubles() {
    if ! unshare -m true 2>/dev/null; then
        say "NOT TRIED here: full and read-only /data (no mounts of our own)"
        return 0
    fi
    # shellcheck disable=SC2016 # for the inner shell
    {
        half=$(($(du -sk "$bundle" | cut -f1) / 2))
        status=0
        with_data size=${half}k '"$1/install.sh" >"$2/output" 2>&1' || status=$?
        [ $status -eq 1 ] && grep -q 'kB free' "$tree/output" || fail "a full /data gave $status"

        # df that promises room that is not there: as if another program took it meanwhile
        mkdir -p "$tree/lies"
        printf '#!/bin/sh\nprintf "a\\nb c d 99999999 e f\\n"\n' >"$tree/lies/df"
        chmod 755 "$tree/lies/df"
        status=0
        with_data size=${half}k 'PATH="$2/lies:$PATH" "$1/install.sh" >"$2/output" 2>&1; s=$?; [ ! -e "$2/data/apps/packwire" ] || s=9; [ -z "$(find "$2/data" -name ".new*")" ] || s=8; exit $s' || status=$?
        [ $status -eq 1 ] && grep -q 'is it full' "$tree/output" || fail "a /data that fills up gave $status"

        status=0
        with_data size=640m,ro '"$1/install.sh" >"$2/output" 2>&1' || status=$?
        [ $status -eq 1 ] && grep -q 'cannot be written' "$tree/output" || fail "a read-only /data gave $status"
    }
    say "full and read-only /data: nothing is changed, and it says so"
}
