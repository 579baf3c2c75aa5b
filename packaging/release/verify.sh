#!/bin/sh
# verify.sh FOLDER — is what is in FOLDER what was released? Against FOLDER/packwire-release-key.asc, whose fingerprint it
# prints: compare that with one that you got another way. Needs gpg, gpgv and sha256sum.
set -eu
cd "$1"
if [ -e SHA256SUMS.asc ]; then
    keyring=$(mktemp)
    trap 'rm -f "$keyring"' EXIT
    gpg --batch --yes --dearmor --output "$keyring" packwire-release-key.asc
    gpgv --keyring "$keyring" SHA256SUMS.asc SHA256SUMS 2>&1 || { echo "verify: the signature is not good" >&2; exit 1; }
else
    echo "verify: these sums are not signed"
fi
sha256sum --check --strict --quiet SHA256SUMS || { echo "verify: files are not as they were released" >&2; exit 1; }
echo "verify: $(wc -l <SHA256SUMS) files are as released"
