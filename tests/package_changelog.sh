#!/bin/sh
# package_changelog.sh SOURCE — CHANGELOG.md becomes a changelog that dpkg reads, with the version of CMakeLists.txt.
set -eu
cd "$1"
command -v dpkg-parsechangelog >/dev/null || { echo "skipped: no dpkg-dev here"; exit 77; }
work=$(mktemp)
trap 'rm -f "$work"' EXIT
version=$(packaging/package/lib/version)
packaging/package/lib/changelog "$version" "Sun, 22 Nov 2026 12:00:00 +0000" >"$work"
# What it does not understand it says on standard error.
said=$(dpkg-parsechangelog --all -l "$work" -S Version 2>&1)
[ "$(dpkg-parsechangelog -l "$work" -S Version)" = "$version" ] || { echo "expected $version, got $said" >&2; exit 1; }
case $said in *warning*) echo "$said" >&2; exit 1 ;; esac
items=$(grep -c '^- ' CHANGELOG.md)
[ "$(grep -c '^  \* ' "$work")" -ge "$items" ] || { echo "items of CHANGELOG.md are missing" >&2; exit 1; }
! grep -E '^  .{79}' "$work" || { echo "lines are too long" >&2; exit 1; }
