#!/bin/sh
# sbom.sh ARCH FOLDER VERSION <LIBRARIES — share/doc/packwire.spdx (SPDX 2.3, tag and value) of what is bundled in FOLDER,
# and the licences' texts in share/doc/licences. LIBRARIES: lines of file name, tab, where it came from; the name is - for
# archives that are in the program. What a package's copyright file says, licence.py puts into SPDX's words.
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
    elif [ "${1#"$cross/static/lib/"}" != "$1" ]; then
        awk -F'\t' -v name="${1##*/}" '$1 == name { print $2; exit }' "$cross/static/built.tsv"
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

sha256() { sha256sum "$1" | cut -d' ' -f1; }
sha1() { sha1sum "$1" | cut -d' ' -f1; }
id() { printf '%s' "$1" | sed 's/[^A-Za-z0-9.-]/-/g'; }

# copyright_of PACKAGE: where it is; many a package has a link to another's.
copyright_of() {
    from=$root/usr/share/doc/$1/copyright
    [ ! -r "$from" ] || readlink -f "$from"
}
text_of() {
    owner=${1%/copyright}
    echo "share/doc/licences/${owner##*/}.copyright.gz"
}

# notices: a copyright file without the names of files, which are most of Boost's; each notice once.
notices() {
    awk 'BEGIN { RS = ""; FS = "\n" }
         { said = ""; skip = 0
           for (i = 1; i <= NF; i++) {
               if ($i ~ /^[A-Z]/) skip = ($i ~ /^Files(-Excluded)?:/)
               if (!skip) said = said $i "\n"
           }
           if (!seen[said]++) printf "%s\n", said }'
}

# keep_texts COPYRIGHT, and the common texts that it points to.
keep_texts() {
    case $1 in
        */libboost*) notices <"$1" ;;
        *) cat "$1" ;;
    esac | gzip -n9 >"$folder/$(text_of "$1")"
    grep -oE '/usr/share/common-licenses/[A-Za-z0-9.-]*[A-Za-z0-9]' "$1" | sort -u | while read -r common; do
        [ ! -r "$common" ] || gzip -n9c "$common" >"$licences/${common##*/}.gz"
    done
}

# package PACKAGE RELATION
package() {
    from=$(copyright_of "$1")
    printf 'NOASSERTION\nit has no copyright file\n' >"$told"
    comment=
    if [ -n "$from" ]; then
        keep_texts "$from"
        python3 "$here/licence.py" "$1" "$from" >"$told"
        comment="$(text_of "$from"): "
    fi
    sed 1,2d "$told" >>"$quoted"
    comment="$comment$(sed -n 2p "$told")"
    if [ "$arch" != native ] && cut -f2 "$cross/static/built.tsv" | grep -qxF "$1"; then
        comment="$comment. Made by packaging/cross/static.sh from what Debian has, with less in it"
    fi
    cat <<TAGS

PackageName: $1
SPDXID: SPDXRef-Package-$(id "$1")
PackageVersion: $(version_of "$1")
PackageSupplier: Organization: Debian
PackageDownloadLocation: NOASSERTION
PackageSourceInfo: Debian 12 source package $(source_of "$1")
FilesAnalyzed: false
PackageLicenseConcluded: NOASSERTION
PackageLicenseDeclared: $(sed -n 1p "$told")
PackageLicenseComments: <text>$comment.</text>
PackageCopyrightText: NOASSERTION
ExternalRef: PACKAGE-MANAGER purl pkg:deb/debian/$(echo "$1" | sed 's/+/%2B/g')@$(version_of "$1" | sed 's/+/%2B/g; s/:/%3A/g; s/~/%7E/g')?arch=${arch}
Relationship: SPDXRef-Package-packwire $2 SPDXRef-Package-$(id "$1")
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

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
table=$work/table
told=$work/told
quoted=$work/quoted
: >"$quoted"
while IFS="$(printf '\t')" read -r name path; do
    owner=$(package_of "$path")
    [ -n "$owner" ] || {
        echo "sbom: $path is of no package" >&2
        exit 1
    }
    printf '%s\t%s\n' "$owner" "$name"
done >"$table" # not into a pipe: its end would hide an exit
LC_ALL=C sort -u -o "$table" "$table"

# Headers of these are compiled into the program.
headers='libboost1.81-dev nlohmann-json3-dev libcli11-dev libsqlitecpp-dev libstdc++-12-dev libspdlog-dev libfmt-dev'
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
    for owner in $( (cut -f1 "$table" && printf '%s\n' $headers) | LC_ALL=C sort -u); do
        relation=DEPENDS_ON
        ! grep -q "^$owner	-\$" "$table" || relation=STATIC_LINK
        [ -z "$(version_of "$owner" 2>/dev/null)" ] || package "$owner" "$relation"
    done
    # shellcheck disable=SC2013 # a word a name
    for name in $(sed -n '/"dependencies"/,/}/s/^ *"\([a-z]*\)": "[0-9].*/\1/p' "$project/web/package.json"); do page "$name"; done
    while IFS="$(printf '\t')" read -r owner name; do
        [ "$name" = - ] || file "lib/$name" NOASSERTION "SPDXRef-Package-$(id "$owner")"
    done <"$table"
    (cd "$folder" && find . -type f ! -path './lib/*' ! -path './share/doc/licences/*' ! -name packwire.spdx ! -name manifest.sha256 |
        sed 's:^\./::' | LC_ALL=C sort) | while read -r name; do file "$name" MIT SPDXRef-Package-packwire; done
    cat "$quoted"
} >"$out"
