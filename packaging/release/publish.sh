#!/bin/sh
# publish.sh VERSION ARTEFACTS REPORT OUT — OUT/packwire-VERSION: the artefacts, the source, the notes, and their signed
# sums. It gets its name only when it is whole and its own check passed. RELEASE_KEY as for release.sh.
set -eu
version=$1
artefacts=$2
report=$3
out=$4/packwire-$version
new=$4/.packwire-$version
here=$(dirname "$0")
export LC_ALL=C

files=$(find "$artefacts" -maxdepth 1 -type f ! -name SHA256SUMS -printf '%P\n' | sort)
[ -n "$files" ] || { echo "publish: nothing in $artefacts: make package comes first" >&2; exit 1; }
# Of another version, left from an earlier day.
for file in $files; do
    case $file in
        venus-data.tar.gz | *[_-]"$version"[._-]*) ;;
        *) echo "publish: $file is not of version $version; take it away from $artefacts" >&2; exit 1 ;;
    esac
done

rm -rf "$new"
mkdir -p "$new"
for file in $files; do cp "$artefacts/$file" "$new/"; done
git archive --format=tar --prefix="packwire-$version/" HEAD | gzip -n9 >"$new/packwire-$version.tar.gz"
"$here/notes.sh" "$version" "$report" >"$new/NOTES.md"
(cd "$new" && find . -type f ! -name 'SHA256SUMS*' ! -name .sums -printf '%P\n' | sort | xargs sha256sum >.sums && mv .sums SHA256SUMS)
if [ "${RELEASE_KEY:-none}" != none ]; then
    gpg --batch --quiet --yes --local-user "$RELEASE_KEY" --armor --detach-sign --output "$new/SHA256SUMS.asc" "$new/SHA256SUMS"
    gpg --batch --yes --armor --export "$RELEASE_KEY" >"$new/packwire-release-key.asc"
fi
"$here/verify.sh" "$new" >&2
rm -rf "$out"
mv "$new" "$out"
(cd "$out" && wc -c -- * | sed '$d' && echo "in $out")
