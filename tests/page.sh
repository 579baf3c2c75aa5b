#!/bin/sh
# page.sh DIR SCRIPT ARGS... — runs a script of the dashboard where it was built. Exit 77, skipped, where it was not:
# without node, or when what it needs could not be had (PACKWIRE_PAGE=AUTO).
set -eu
cd "$1" 2>/dev/null && [ -d node_modules ] && [ -d dist ] || {
    echo "skipped: the dashboard was not built in $1"
    exit 77
}
shift
exec "${PACKWIRE_NODE:-node}" "$@"
