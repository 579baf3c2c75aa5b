#!/bin/sh
# pack.sh BUNDLE... — build/package/packwire-venus-VERSION-ARCH.tar.gz of each folder made by bundle.sh, and from all of
# them venus-data.tar.gz, which a GX device unpacks from a USB stick or SD card and installs by itself. Packs everything
# twice and compares: the same folder makes the same bytes.
set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
out=${PACKWIRE_OUT:-$project/build/package}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
export LC_ALL=C
: "${SOURCE_DATE_EPOCH:=$(git -C "$project" log -1 --format=%ct 2>/dev/null || stat -c %Y "$project/CMakeLists.txt")}"

# tarball FOLDER NAME...: to standard output.
tarball() {
    folder=$1
    shift
    tar -C "$folder" --sort=name --format=ustar --owner=0 --group=0 --numeric-owner --mtime="@$SOURCE_DATE_EPOCH" \
        -cf - "$@" | gzip -n9
}

# pack FILE FOLDER NAME...
pack() {
    file=$1
    shift
    tarball "$@" >"$work/one"
    tarball "$@" >"$work/two"
    cmp "$work/one" "$work/two" || {
        echo "pack: two archives of one folder differ: $file" >&2
        exit 1
    }
    mv "$work/one" "$out/$file"
}

limit=15000000
large=
mkdir -p "$out" "$work/data/packwire-stick" "$work/data/rc"
for bundle in "$@"; do
    arch=$(cat "$bundle/share/arch")
    name=packwire-venus-$(cat "$bundle/version")-$arch
    mkdir "$work/$name"
    cp -R "$bundle/." "$work/$name/"
    # The limit of the bundle, on the files themselves.
    size=$(find "$work/$name" -type f -printf '%s\n' | awk '{ all += $1 } END { print all }')
    pack "$name.tar.gz" "$work" "$name"
    cp "$out/$name.tar.gz" "$work/data/packwire-stick/$arch.tar.gz"
    printf '{"bench":"venus_bundle","arch":"%s","name":"unpacked","value":%s,"unit":"bytes","limit":%s}\n' "$arch" "$size" $limit
    [ "$size" -le $limit ] || large="$large $arch"
done
cp "$here/stick/post-hook.sh" "$work/data/rc/post-hook.sh"
chmod 755 "$work/data/rc/post-hook.sh"
pack venus-data.tar.gz "$work/data" packwire-stick rc
(cd "$out" && sha256sum packwire-venus-*.tar.gz venus-data.tar.gz)
[ -z "$large" ] || {
    echo "pack: larger than $limit bytes:$large" >&2
    exit 1
}
