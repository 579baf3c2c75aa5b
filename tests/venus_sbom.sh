#!/bin/sh
# venus_sbom.sh SOURCE — the SBOM of a bundle for this machine is strict SPDX; the checker sees what is broken; licences are
# read from Debian's copyright files as these mean them.
set -eu
source=$1
work=$(mktemp -d "${TMPDIR:-/tmp}/packwire-sbom.XXXXXX")
trap 'rm -rf "$work"' EXIT
fail() {
    echo "FAILED: $1" >&2
    exit 1
}

"$source/packaging/venus/bundle.sh" native /bin/true "$work/bundle"
sbom=$work/bundle/share/doc/packwire.spdx
"$source/tests/spdx_check" "$sbom" || fail "the SBOM of a bundle"

# broken WHAT SED: no document any more.
broken() {
    sed "$2" "$sbom" >"$work/broken"
    ! cmp -s "$sbom" "$work/broken" || fail "nothing was changed: $1"
    ! "$source/tests/spdx_check" "$work/broken" >"$work/said" || fail "not seen: $1"
}
broken "no version" '/^SPDXVersion/d'
broken "another licence of the document" 's/^DataLicense: .*/DataLicense: MIT/'
broken "an id twice" 's/^SPDXID: SPDXRef-Package-libc6$/SPDXID: SPDXRef-Package-packwire/'
broken "an id that is not there" 's/DEPENDS_ON SPDXRef-Package-libc6$/DEPENDS_ON SPDXRef-Package-libc7/'
broken "an id with a blank" 's/^SPDXID: SPDXRef-Package-libc6$/SPDXID: SPDXRef-Package libc6/'
broken "no such licence" 's/^\(PackageLicenseDeclared: \)MIT$/\1MTI/'
broken "half an expression" 's/^\(PackageLicenseDeclared: \)MIT$/\1MIT AND/'
broken "an open bracket" 's/^\(PackageLicenseDeclared: \)MIT$/\1(MIT OR Zlib/'
broken "a quoted licence that is missing" 's/^\(PackageLicenseDeclared: \)MIT$/\1LicenseRef-none/'
broken "no declared licence" '/^PackageLicenseDeclared: MIT$/d'
broken "a short sum" 's/^\(FileChecksum: SHA1: \)./\1/'
broken "a tag that does not exist" 's/^PackageSupplier:/PackageSuplier:/'
broken "an open text" 's:</text>$::'

# reads EXPRESSION SYNOPSIS
reads() {
    printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nCopyright: some\nLicense: %s\n The text.\n' \
        "$2" >"$work/copyright"
    said=$("$source/packaging/venus/licence.py" lib "$work/copyright" | sed -n 1p)
    [ "$said" = "$1" ] || fail "$2 is read as $said"
}
reads MIT 'Expat'
reads 'MIT AND Zlib' 'Expat and zlib'
reads '(GPL-2.0-or-later OR Artistic-1.0-Perl AND MIT)' 'GPL-2+ or Artistic and Expat'
reads '(GPL-2.0-or-later OR MIT) AND Zlib' 'GPL-2+ or Expat, and Zlib'
reads 'GPL-2.0-or-later WITH Libtool-exception' 'GPL-2+ with Libtool exception'
reads 'LicenseRef-lib-GPL-2-or-later-with-strange-exception' 'GPL-2+ with strange exception'
reads 'LicenseRef-lib-public-domain' 'public-domain'
echo 'Do as you like.' >"$work/copyright"
[ "$("$source/packaging/venus/licence.py" lib "$work/copyright" | sed -n 1p)" = NOASSERTION ] || fail "a licence was guessed"
printf 'Format: https://www.debian.org/doc/packaging-manuals/copyright-format/1.0/\n\nFiles: *\nLicense: MIT\n\nFiles: debian/*\nLicense: GPL-2+\n' \
    >"$work/copyright"
[ "$("$source/packaging/venus/licence.py" lib "$work/copyright" | sed -n 1p)" = MIT ] || fail "packaging is no part of a library"
echo "venus SBOM: fine"
