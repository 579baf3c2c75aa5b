#!/bin/sh
# release.sh SOURCE — what `make release` leaves, tried with a key made for it: signed, whole, noticed when changed; and
# what it refuses to begin with.
set -eu
cd "$1"
for tool in gpg gpgv git; do
    command -v $tool >/dev/null || { echo "skipped: no $tool here"; exit 77; }
done
git rev-parse HEAD >/dev/null 2>&1 || { echo "skipped: no git checkout"; exit 77; }
work=$(mktemp -d)
export GNUPGHOME="$work/gnupg"
trap 'gpgconf --kill all 2>/dev/null || :; rm -rf "$work"' EXIT
fail() { echo "FAILED: $*" >&2; exit 1; }
version=$(packaging/package/lib/version)

mkdir -m 700 "$GNUPGHOME"
gpg --batch --quiet --passphrase '' --quick-generate-key 'packwire test' ed25519 sign never 2>/dev/null
RELEASE_KEY=$(gpg --batch --list-secret-keys --with-colons | sed -n 's/^fpr:*\([0-9A-F]*\):.*/\1/p' | head -n 1)
export RELEASE_KEY

mkdir "$work/artefacts"
echo program >"$work/artefacts/packwire_${version}_amd64.deb"
echo bundle >"$work/artefacts/packwire-venus-$version-armhf.tar.gz"
printf '| step | result | time |\n|---|---|---|\n| test | passed | 1 s |\n' >"$work/report"
packaging/release/publish.sh "$version" "$work/artefacts" "$work/report" "$work/out" >"$work/said" 2>&1 || { cat "$work/said"; fail "publish"; }
release=$work/out/packwire-$version
for file in NOTES.md SHA256SUMS SHA256SUMS.asc packwire-release-key.asc "packwire-$version.tar.gz" "packwire_${version}_amd64.deb"; do
    [ -s "$release/$file" ] || fail "no $file"
done
grep -q '^| test | passed' "$release/NOTES.md" || fail "the notes do not say how it was tried"
grep -q '^- ' "$release/NOTES.md" || fail "the notes say nothing of what is new"
tar -tzf "$release/packwire-$version.tar.gz" | grep -qx "packwire-$version/CMakeLists.txt" || fail "the source is not whole"
packaging/release/verify.sh "$release" >"$work/said" 2>&1 || fail "it does not verify"

cp -R "$release" "$work/changed"
echo more >>"$work/changed/packwire_${version}_amd64.deb"
! packaging/release/verify.sh "$work/changed" >"$work/said" 2>&1 || fail "a changed file goes unnoticed"
(cd "$work/changed" && sha256sum packwire_* NOTES.md >SHA256SUMS)
! packaging/release/verify.sh "$work/changed" >"$work/said" 2>&1 || fail "changed sums go unnoticed"

echo old >"$work/artefacts/packwire_0.0.9_amd64.deb"
! packaging/release/publish.sh "$version" "$work/artefacts" "$work/report" "$work/out" >"$work/said" 2>&1 || fail "another version is released along"
grep -q 'packwire_0.0.9_amd64.deb is not of version' "$work/said" || fail "it does not say which file is of another version"
packaging/release/verify.sh "$release" >/dev/null 2>&1 || fail "a release that failed spoiled the one before"

# refused WORDS VARIABLE...: nothing is begun
refused() {
    words=$1
    shift
    status=0
    env "$@" packaging/release/release.sh >"$work/said" 2>&1 || status=$?
    [ $status -eq 2 ] || fail "expected exit 2, got $status ($words)"
    grep -q "$words" "$work/said" || { cat "$work/said"; fail "it did not say: $words"; }
}
refused 'there is no step tests' RELEASE_STEPS=tests
git clone -q --no-hardlinks . "$work/clone" 2>/dev/null
cd "$work/clone"
cp "$1"/packaging/release/*.sh packaging/release/ 2>/dev/null || { mkdir packaging/release && cp "$1"/packaging/release/*.sh packaging/release/; }
git add -A && git -c user.name=test -c user.email=test@packwire.example commit -q -m test --allow-empty
refused 'no key' -u RELEASE_KEY RELEASE_STEPS=
refused 'gpg has no secret key' RELEASE_KEY=0123456789ABCDEF RELEASE_STEPS=
echo >>README.md
refused 'not committed' RELEASE_STEPS=
echo "release: good"
