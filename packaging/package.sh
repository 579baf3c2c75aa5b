#!/bin/sh
# package.sh [PART...] — builds what is delivered into build/package: PART is  a script of packaging/package, such as
# debian; without one, all of them in alphabetical order. Then it lists every artefact with size and SHA-256, which
# is left in build/package/SHA256SUMS, too.
# A part is called with the version and the directory for artefacts, and leaves in it nothing else but these; where
# it works is build/package/work/PART.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)
artefacts=$root/build/package
version=$("$root/packaging/package/lib/version")

if [ $# -eq 0 ]; then
    for script in "$root"/packaging/package/*.sh; do
        part=${script##*/}
        set -- "$@" "${part%.sh}"
    done
fi
mkdir -p "$artefacts"
for part in "$@"; do
    mkdir -p "$artefacts/work/$part"
    "$root/packaging/step" "package $part" "$root/packaging/package/$part.sh" "$version" "$artefacts" \
        "$artefacts/work/$part"
done

cd "$artefacts"
find . -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | LC_ALL=C sort | xargs -r sha256sum >SHA256SUMS
while read -r sum name; do
    printf '%10d  %s  %s\n' "$(stat -c %s "$name")" "$sum" "$name"
done <SHA256SUMS
