#!/bin/sh
# static.sh ARCH — build/cross/ARCH/static: libraries for the Venus bundle of which Debian has no archive, or one with too
# much in it. Each is built from Debian's source package, with Debian's patches, in the very version that the root has.
# After sysroot.sh. Kept until the root, this script or libraries.sh changes.
#   lib/      the archives, and libsystemd.so.0 with the linker's map of it
#   built.tsv file, Debian package whose source it was built from: for the SBOM
#   log/      what the compilers said
# Debian's archives (SQLiteCpp, z, gpiod) packaging/cross/link takes from the root.
set -eu
arch=$1
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
cross=$project/build/cross/$arch
root=$cross/root
to=$cross/static
work=$cross/static-work
case $arch in
    arm64) triplet=aarch64-linux-gnu cpu=aarch64 branches=-mbranch-protection=standard ;;
    armhf) triplet=arm-linux-gnueabihf cpu=arm branches= ;;
    *)
        echo "usage: static.sh arm64|armhf" >&2
        exit 2
        ;;
esac

# What cmake/hardening.cmake asks of our own code, and what lets the linker leave out single functions.
flags="--sysroot=$root -Os -g0 -fPIC -ffunction-sections -fdata-sections -fstack-protector-strong -fstack-clash-protection $branches"
flags="$flags -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=3 -ffile-prefix-map=$cross=. -Wno-psabi"
# LLVM's linker packs relocations (DT_RELR), which GNU's of Debian 12 cannot for these machines: see packaging/cross/link.
link="--sysroot=$root -B/usr/lib/llvm-19/bin -fuse-ld=lld -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-z,pack-relative-relocs"
# The root's C library before the one that the cross compiler has beside it.
link="$link -L$root/usr/lib/$triplet -L$root/usr/lib/gcc/$triplet/12"

# Debian's package of the library: the function of that name in libraries.sh builds it, - and . being _ there. Its source is the
# one that the root's version of the package was made from.
libraries='libfmt9 libspdlog1.10 libtomlplusplus3 libprometheus-cpp-core1.0 libmosquitto1 libsystemd0 libcurl4 libssl-dev libsqlite3-dev'

# field PACKAGE COLUMN of packages.tsv: 4 is "source version".
field() { awk -F'\t' -v package="$1" -v column="$2" '$1 == package { print $column; exit }' "$cross/packages.tsv"; }

# The same sources as the root's, for source packages. apt-get checks the signature chain of these, too.
apt() {
    apt-get -q -o Dir::State::lists="$cross/source/lists" -o Dir::Etc::sourcelist=/dev/null -o Dir::Cache="$cross/source" \
        -o Dir::Etc::sourceparts="$cross/source/sources" -o APT::Sandbox::User=root -o Acquire::Languages=none \
        -o Acquire::Retries=3 -o APT::Get::AllowUnauthenticated=false -o APT::Update::Post-Invoke-Success= -o Debug::NoLocking=1 "$@"
}
sources() {
    mkdir -p "$cross/source/lists/partial" "$cross/source/sources"
    for file in "$cross"/sources/*; do
        sed 's/^Types: deb$/Types: deb-src/; s/^deb /deb-src /' "$file" >"$cross/source/sources/${file##*/}"
    done
    apt update || echo "static: not every index could be had" >&2
}

# unpack PACKAGE: its source, patched, in the current folder.
unpack() {
    told=$(field "$1" 4)
    apt source "${told% *}=${told#* }"
    mv "${told% *}"-*/ source
}

# archive NAME COMPILER-AND-FLAGS SOURCE...: lib/NAME.a. Sorted and without dates: the same bytes each time.
archive() {
    name=$1
    compile=$2
    shift 2
    # shellcheck disable=SC2016 # for the inner shell, which is to split $compile
    printf '%s\n' "$@" | LC_ALL=C sort | compile="$compile" xargs -P2 -I{} sh -c \
        'object=$(echo "$1" | tr / _ | sed "s/\.[a-z]*$/.o/") && $compile -c "$1" -o "$object"' x {}
    rm -f "$name.a"
    LC_ALL=C "$triplet-ar" rcsD "$name.a" ./*.o
    cp "$name.a" "$to/lib/"
}
# shellcheck source=libraries.sh
. "$here/libraries.sh"

key=$(cat "$cross/packages.tsv" "$here/static.sh" "$here/libraries.sh" | sha256sum | cut -d' ' -f1)
if [ "$(cat "$to/key" 2>/dev/null)" = "$key" ]; then exit 0; fi
rm -rf "$to" "$work"
mkdir -p "$to/lib" "$to/log"
sources >"$to/log/apt" 2>&1
for library in $libraries; do
    mkdir -p "$work/$library"
    : >"$work/$library/begun"
    # A shell of its own, so that a failing line in it ends this one: set -e means nothing within ||.
    status=0
    (
        cd "$work/$library"
        case $library in libtomlplusplus3 | *-dev) ;; *) unpack "$library" ;; esac
        "$(printf '%s' "$library" | tr .- __)"
    ) >"$to/log/$library" 2>&1 &
    wait $! || status=$?
    [ $status -eq 0 ] || {
        tail -20 "$to/log/$library" >&2
        echo "static: $library for $arch could not be built" >&2
        exit 1
    }
    find "$to/lib" -type f ! -name '*.map' -newer "$work/$library/begun" -printf "%f\\t$library\\n" >>"$to/built.tsv"
done
rm -rf "$work"
printf '%s\n' "$key" >"$to/key"
