#!/bin/sh
# venus.sh VERSION ARTEFACTS WORK — bundles for GX devices, armhf and arm64, and venus-data.tar.gz for a USB stick. Each
# bundle then lives its life on a stand-in device, under qemu. After `make build`: the page and the simulator are its.
# PACKWIRE_VENUS_ARCHS="armhf": only these. PACKWIRE_REPRODUCE=1: compiles everything a second time, elsewhere, and compares.
set -eu
artefacts=$2
work=$3
project=$(cd "$(dirname "$0")/../.." && pwd)
cd "$project"
packaging/deps/ensure package >&2
: "${SOURCE_DATE_EPOCH:=$(git log -1 --format=%ct 2>/dev/null || stat -c %Y CMakeLists.txt)}"
export SOURCE_DATE_EPOCH
# shellcheck disable=SC2015
archs=${PACKWIRE_VENUS_ARCHS:-armhf arm64}
qemu() { [ "$1" = armhf ] && echo qemu-arm-static || echo qemu-aarch64-static; }

# compile ARCH DIRECTORY. ccache's base_dir, where somebody has set one, makes names of files relative before the compiler
# sees them, and a program has some of these in it: the same sources would make two programs.
export CCACHE_BASEDIR=
compile() {
    # shellcheck disable=SC2015 # either one may fail
    cmake --preset "cross-$1" -B "$2" >"$work/$1.log" 2>&1 && cmake --build "$2" --target packwire_bundle >>"$work/$1.log" 2>&1 || {
        tail -30 "$work/$1.log" >&2
        exit 1
    }
}

bundles=
for arch in $archs; do
    packaging/step "root $arch" packaging/cross/sysroot.sh "$arch"
    packaging/step "libraries $arch" packaging/cross/static.sh "$arch"
    echo "-- compile $arch" >&2
    compile "$arch" "build/cross-$arch"
    packaging/venus/bundle.sh "$arch" "build/cross-$arch/packwire_bundle" "$work/$arch"
    tests/spdx_check "$work/$arch/share/doc/packwire.spdx" >&2
    if [ -n "${PACKWIRE_REPRODUCE:-}" ]; then
        # Not out of the cache, or it would be compared with itself.
        rm -rf "build/again-$arch"
        CCACHE_DISABLE=1 compile "$arch" "build/again-$arch"
        packaging/venus/bundle.sh "$arch" "build/again-$arch/packwire_bundle" "$work/$arch-again"
        diff -r "$work/$arch" "$work/$arch-again" >&2 || {
            echo "venus: two compiles of $arch differ" >&2
            exit 1
        }
        echo "two compiles of $arch are the same bytes" >&2
    fi
    bundles="$bundles $work/$arch"
done
# shellcheck disable=SC2086 # a word a bundle
PACKWIRE_OUT=$artefacts packaging/venus/pack.sh $bundles

[ -z "${PACKWIRE_NO_LIFE:-}" ] || exit 0
cmake --build --preset release --target gx_settings >"$work/settings.log" 2>&1 || {
    cat "$work/settings.log" >&2
    exit 1
}
for arch in $archs; do
    PACKWIRE_LIFE_GATE=1 packaging/step "a device's life, $arch" tests/venus/life.sh "$work/$arch" build/release/packwire \
        build/release/tests/venus/gx_settings "$(qemu "$arch")"
done
