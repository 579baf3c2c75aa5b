#!/bin/sh
# debian.sh VERSION ARTEFACTS WORK — the Debian packages of this machine's architecture, looked over by lintian.
# The build happens in a copy of what the tree tracks, so nothing is left behind here; DEB_BUILD_OPTIONS is heeded.
# PACKWIRE_BOOT=1: the package is also installed and used on a fresh Debian that boots in a container (root only).
set -eu
version=$1
artefacts=$2
work=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
source=$work/packwire-$version

# Of the last change, so that the same source gives the same bytes.
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH
# dh gives the build a home of its own; npm and ccache need not begin anew.
npm_config_cache=${npm_config_cache:-$HOME/.npm}
export npm_config_cache
if command -v ccache >/dev/null; then
    CCACHE_DIR=${CCACHE_DIR:-$(ccache --get-config cache_dir)}
    export CCACHE_DIR
fi

rm -rf "$work"
mkdir -p "$source"
cd "$root"
if git rev-parse --is-inside-work-tree >/dev/null 2>&1; then
    git ls-files -z --cached --others --exclude-standard | xargs -0 sh -c 'for f; do [ ! -e "$f" ] || printf "%s\0" "$f"; done' sh
else
    find . -path ./build -prune -o -type f -print0
fi | tar --null --files-from=- --create | tar --extract --directory "$source"
cp -r packaging/debian "$source/debian"
"$root/packaging/package/lib/changelog" "$version" "$(LC_ALL=C date -u -R -d "@$SOURCE_DATE_EPOCH")" \
    >"$source/debian/changelog"

cd "$source"
log=$work/dpkg-buildpackage.log
dpkg-buildpackage --build=binary --no-sign >"$log" 2>&1 || { tail -n 60 "$log" >&2; exit 1; }
cd "$work"
# --fail-on is what decides; the rest is printed for who wants to know.
lintian --tag-display-limit 0 --allow-root --display-info --fail-on error,warning ./*.changes >lintian.log 2>&1 || {
    cat lintian.log >&2
    exit 1
}
cat lintian.log >&2
"$root/packaging/package/lib/try_debian" "$work" >&2
# A release is also put on a Debian that boots, which takes root and a download.
if [ -n "${PACKWIRE_BOOT:-}" ]; then
    "$root/packaging/deps/ensure" boot >&2
    "$root/packaging/step" "a Debian that boots" "$root/packaging/package/lib/try_boot" "$work" >&2
fi
rm -f "$artefacts"/*_"$(dpkg --print-architecture)".deb
cp ./*.deb "$artefacts"
