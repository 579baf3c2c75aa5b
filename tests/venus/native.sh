#!/bin/sh
# native.sh PROGRAM SETTINGS — life.sh with a bundle whose program is a call of PROGRAM where it lies: with sanitizers it is
# hundreds of megabytes, and install copies a bundle often. Loader and libraries are tried with the real ones, in
# `make package`.
set -eu
folder=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d "${TMPDIR:-/tmp}/packwire-native.XXXXXX")
trap 'rm -rf "$work"' EXIT
bundle=$work/bundle
# Leaks are the other tests' business; these processes are killed.
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
"$folder/../../packaging/venus/bundle.sh" native /bin/true "$bundle"
# shellcheck disable=SC2016 # for the script
printf '#!/bin/sh\nexec "%s" "$@"\n' "$(readlink -f "$1")" >"$bundle/bin/packwire"
(cd "$bundle" && find . -type f ! -name manifest.sha256 | LC_ALL=C sort | xargs sha256sum >share/manifest.sha256)
"$folder/life.sh" "$bundle" "$1" "$2"
