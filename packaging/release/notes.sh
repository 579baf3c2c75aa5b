#!/bin/sh
# notes.sh VERSION REPORT — the notes of a release, from CHANGELOG.md: the section of VERSION; what stands under
# "Unreleased" where there is none, and then it is called a candidate.
set -eu
version=$1
report=$2
cd "$(dirname "$0")/../.."
section() {
    awk -v wanted="$1" '
        /^## / { name = $2; gsub(/[][]/, "", name); on = (name == wanted); next }
        on { print }
    ' CHANGELOG.md
}
words=$(section "$version")
title="packwire $version"
if [ -z "$words" ]; then
    words=$(section Unreleased)
    title="$title, a candidate: CHANGELOG.md has no section $version yet"
fi
[ -n "$words" ] || { echo "notes: CHANGELOG.md has nothing to tell about $version" >&2; exit 1; }
cat <<NOTES
# $title

Of $(git log -1 --format=%cs), commit $(git rev-parse HEAD). docs/install.md says which file is for whom.

$words

## How it was tried

$(cat "$report")

## Is it whole?

\`\`\`sh
gpg --dearmor <packwire-release-key.asc >key.gpg && gpgv --keyring ./key.gpg SHA256SUMS.asc SHA256SUMS && sha256sum -c SHA256SUMS
\`\`\`
NOTES
