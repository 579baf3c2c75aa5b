#!/bin/sh
# debian_foreign.sh VERSION ARTEFACTS WORK — the package packwire for arm64 and armhf, with the programs that the cross
# presets build; after debian.sh, whose package for this machine is the template. Each is run once under qemu.
set -eu
version=$1
artefacts=$2
work=$3
root=$(cd "$(dirname "$0")/../.." && pwd)
template=$artefacts/packwire_${version}_$(dpkg --print-architecture).deb
if [ ! -x "$root/packaging/cross/sysroot.sh" ]; then
    echo "debian_foreign: packaging/cross is not there; nothing built" >&2
    exit 0
fi
[ -e "$template" ] || { echo "debian_foreign: $template comes first: make package ONLY=debian" >&2; exit 1; }
SOURCE_DATE_EPOCH=${SOURCE_DATE_EPOCH:-$(git -C "$root" log -1 --format=%ct 2>/dev/null || date +%s)}
export SOURCE_DATE_EPOCH

cd "$root"
for arch in arm64 armhf; do
    binary=build/cross-$arch/packwire
    {
        packaging/cross/sysroot.sh "$arch"
        cmake --preset "cross-$arch"
        cmake --build "build/cross-$arch" --target packwire
    } >"$work/$arch.log" 2>&1 || { tail -n 40 "$work/$arch.log" >&2; exit 1; }
    case $arch in
    arm64) qemu="qemu-aarch64-static" ;;
    armhf) qemu="qemu-arm-static" ;;
    esac
    "$qemu" -L "build/cross/$arch/root" "$binary" --version | grep -qF "$version"
    rm -f "$artefacts"/packwire_*_"$arch".deb
    packaging/package/lib/foreign_deb "$arch" "$template" "$binary" "$artefacts"
    lintian --allow-root --fail-on error,warning "$artefacts/packwire_${version}_$arch.deb" >&2
done
