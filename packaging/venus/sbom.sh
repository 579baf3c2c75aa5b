#!/bin/sh
# sbom.sh ARCH FOLDER VERSION <LIBRARIES — share/doc/packwire.spdx (SPDX 2.3, tag and value) of what is bundled in FOLDER,
# and the licences' texts in share/doc/licences. LIBRARIES: lines of file name, tab, where it came from.
# A licence is told only where the package's copyright file can be read by a machine and every name in it is known;
# else NOASSERTION, and the text is there to be read.
set -eu
arch=$1
folder=$2
version=$3
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
cross=$project/build/cross/$arch
root=$cross/root
[ "$arch" != native ] || root=
licences=$folder/share/doc/licences
out=$folder/share/doc/packwire.spdx

# package_of FILE: Debian's package, or nothing.
package_of() {
    real=$(readlink -f "$1")
    if [ "$arch" = native ]; then
        for name in "$real" "$1" "${real#/usr}"; do
            dpkg-query -S "$name" 2>/dev/null | sed -n '1s/:.*//p'
        done | head -1
    elif [ "${1#"$cross/slim/"}" != "$1" ]; then
        echo libcurl4
    else
        awk -F'\t' -v path="${real#"$root/"}" '$1 == path { print $2; exit }' "$cross/files.tsv"
    fi
}
version_of() {
    if [ "$arch" = native ]; then
        dpkg-query -W -f '${Version}\n' "$1" | head -1
    else
        awk -F'\t' -v package="$1" '$1 == package { print $2; exit }' "$cross/packages.tsv"
    fi
}
source_of() {
    if [ "$arch" = native ]; then
        dpkg-query -W -f '${source:Package} ${source:Version}\n' "$1" | head -1
    else
        awk -F'\t' -v package="$1" '$1 == package { print $4; exit }' "$cross/packages.tsv"
    fi
}

# licence_names COPYRIGHT: Debian's short names of all its files, one a line; nothing where it is no DEP-5 file.
licence_names() {
    grep -qiE '^Format:.*(copyright-format|dep5)' "$1" || return 0
    awk '/^Files:/ { files = 1 } /^$/ { files = 0 }
         files && /^License:/ { sub(/^License:[ \t]*/, ""); print; files = 0 }' "$1" | LC_ALL=C sort -u
}

# spdx NAMES: one expression, or NOASSERTION if a name is not known.
spdx() {
    awk '
        BEGIN {
            split("Expat MIT|MIT MIT|Zlib Zlib|zlib Zlib|ISC ISC|Apache-2.0 Apache-2.0|Apache-2 Apache-2.0|" \
                  "BSD-2-clause BSD-2-Clause|BSD-3-clause BSD-3-Clause|BSD-2-Clause BSD-2-Clause|BSD-3-Clause BSD-3-Clause|" \
                  "GPL-2 GPL-2.0-only|GPL-2+ GPL-2.0-or-later|GPL-2.0+ GPL-2.0-or-later|GPL-3+ GPL-3.0-or-later|GPL-3 GPL-3.0-only|" \
                  "LGPL-2 LGPL-2.0-only|LGPL-2+ LGPL-2.0-or-later|LGPL-2.1 LGPL-2.1-only|LGPL-2.1+ LGPL-2.1-or-later|" \
                  "LGPL-3+ LGPL-3.0-or-later|EPL-2.0 EPL-2.0|BSL-1.0 BSL-1.0|Boost-1.0 BSL-1.0|CC0-1.0 CC0-1.0|CC0 CC0-1.0|" \
                  "curl curl|Unlicense Unlicense|BSL-1 BSL-1.0|GFDL-1.3+ GFDL-1.3-or-later", rows, "|")
            for (row in rows) { split(rows[row], pair, " "); known[pair[1]] = pair[2] }
        }
        { if ($0 in known) { if (!seen[known[$0]]++) all = all (all == "" ? "" : " AND ") known[$0] } else unknown = 1 }
        END { print (unknown || all == "") ? "NOASSERTION" : all }'
}

sha256() { sha256sum "$1" | cut -d' ' -f1; }
sha1() { sha1sum "$1" | cut -d' ' -f1; }
id() { printf '%s' "$1" | sed 's/[^A-Za-z0-9.-]/-/g'; }

# keep_texts PACKAGE: its copyright file, and the common texts that it points to. Prints where it is.
keep_texts() {
    from=$root/usr/share/doc/$1/copyright
    [ -r "$from" ] || return 0
    gzip -n9 <"$from" >"$licences/$1.copyright.gz"
    grep -oE '/usr/share/common-licenses/[A-Za-z0-9.-]*[A-Za-z0-9]' "$from" | sort -u | while read -r common; do
        [ ! -r "$common" ] || gzip -n9c "$common" >"$licences/${common##*/}.gz"
    done
    echo "$from"
}

package() {
    from=$(keep_texts "$1")
    names=
    [ -z "$from" ] || names=$(licence_names "$from")
    comment="share/doc/licences/$1.copyright.gz"
    [ -z "$names" ] || comment="$comment names: $(printf '%s' "$names" | tr '\n' ';' | sed 's/;/; /g')"
    [ "$1" != libcurl4 ] || [ "$arch" = native ] || comment="$comment. Built from Debian's source by packaging/cross/slim-curl.sh, with less in it."
    cat <<TAGS

PackageName: $1
SPDXID: SPDXRef-Package-$(id "$1")
PackageVersion: $(version_of "$1")
PackageSupplier: Organization: Debian
PackageDownloadLocation: NOASSERTION
PackageSourceInfo: Debian 12 source package $(source_of "$1")
FilesAnalyzed: false
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: $(printf '%s\n' "$names" | spdx)
PackageLicenseComments: <text>$comment</text>
PackageCopyrightText: NOASSERTION
ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/$1@$(version_of "$1" | sed 's/+/%2B/g; s/:/%3A/g; s/~/%7E/g')?arch=${arch}
Relationship: SPDXRef-Package-packwire DEPENDS_ON SPDXRef-Package-$(id "$1")
TAGS
}

# page PACKAGE: of npm, in the dashboard that is in the program. The lock file tells version and licence.
page() {
    told=$(awk -v key="\"node_modules/$1\": {" 'index($0, key) { on = 1 } on { print } on && /^    }/ { exit }' "$project/web/package-lock.json")
    number=$(printf '%s\n' "$told" | sed -n 's/.*"version": "\(.*\)".*/\1/p')
    licence=$(printf '%s\n' "$told" | sed -n 's/.*"license": "\(.*\)".*/\1/p')
    cat <<TAGS

PackageName: $1
SPDXID: SPDXRef-Package-npm-$1
PackageVersion: $number
PackageSupplier: NOASSERTION
PackageDownloadLocation: NOASSERTION
FilesAnalyzed: false
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: ${licence:-NOASSERTION}
PackageCopyrightText: NOASSERTION
ExternalRef: PACKAGE-MANAGER purl pkg:npm/$1@$number
Relationship: SPDXRef-Package-packwire DEPENDS_ON SPDXRef-Package-npm-$1
TAGS
}

file() {
    cat <<TAGS

FileName: ./$1
SPDXID: SPDXRef-File-$(id "$1")
FileChecksum: SHA1: $(sha1 "$folder/$1")
FileChecksum: SHA256: $(sha256 "$folder/$1")
LicenseConcluded: $2
FileCopyrightText: NOASSERTION
Relationship: $3 CONTAINS SPDXRef-File-$(id "$1")
TAGS
}

table=$(mktemp)
trap 'rm -f "$table"' EXIT
while IFS="$(printf '\t')" read -r name path; do
    owner=$(package_of "$path")
    [ -n "$owner" ] || {
        echo "sbom: $path is of no package" >&2
        exit 1
    }
    printf '%s\t%s\n' "$owner" "$name"
done | LC_ALL=C sort >"$table"

# Headers and archives of these are compiled into the program.
compiled_in='libboost1.81-dev nlohmann-json3-dev libcli11-dev libsqlitecpp-dev libstdc++-12-dev libspdlog-dev libfmt-dev'
{
    cat <<TAGS
SPDXVersion: SPDX-2.3
DataLicense: CC0-1.0
SPDXID: SPDXRef-DOCUMENT
DocumentName: packwire-venus-$version-$arch
DocumentNamespace: https://spdx.org/spdxdocs/packwire-venus-$version-$arch-$(sha256 "$folder/bin/packwire.elf")
Creator: Tool: packwire-packaging-venus-sbom-$version
Created: $(date -u -d "@${SOURCE_DATE_EPOCH:-0}" +%Y-%m-%dT%H:%M:%SZ)

PackageName: packwire
SPDXID: SPDXRef-Package-packwire
PackageVersion: $version
PackageSupplier: NOASSERTION
PackageDownloadLocation: NOASSERTION
FilesAnalyzed: false
PackageLicenseConcluded: MIT
PackageLicenseDeclared: MIT
PackageCopyrightText: NOASSERTION
Relationship: SPDXRef-DOCUMENT DESCRIBES SPDXRef-Package-packwire
TAGS
    # shellcheck disable=SC2086 # a word a package
    for owner in $( (cut -f1 "$table" && printf '%s\n' $compiled_in) | LC_ALL=C sort -u); do
        [ -z "$(version_of "$owner" 2>/dev/null)" ] || package "$owner"
    done
    # shellcheck disable=SC2013 # a word a name
    for name in $(sed -n '/"dependencies"/,/}/s/^ *"\([a-z]*\)": "[0-9].*/\1/p' "$project/web/package.json"); do page "$name"; done
    while IFS="$(printf '\t')" read -r owner name; do
        file "lib/$name" NOASSERTION "SPDXRef-Package-$(id "$owner")"
    done <"$table"
    (cd "$folder" && find . -type f ! -path './lib/*' ! -path './share/doc/licences/*' ! -name packwire.spdx ! -name manifest.sha256 |
        sed 's:^\./::' | LC_ALL=C sort) | while read -r name; do file "$name" MIT SPDXRef-Package-packwire; done
} >"$out"
