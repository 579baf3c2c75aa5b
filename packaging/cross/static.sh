#!/bin/sh
# static.sh ARCH — build/cross/ARCH/static: libraries for the Venus bundle of which Debian has no archive, or one with too
# much in it. Each is built from Debian's source package, with Debian's patches, in the very version that the root has.
# After sysroot.sh. Kept until a version, or this script, changes.
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

# The library, and how: a function below of that name. Its package says which source; its version is the root's.
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
cxx="$triplet-g++-12 $flags -std=c++17 -DNDEBUG"

libfmt9() { archive libfmt "$cxx" source/src/format.cc source/src/os.cc; }
libspdlog1_10() { archive libspdlog "$cxx -DSPDLOG_COMPILED_LIB -DSPDLOG_FMT_EXTERNAL" source/src/*.cpp; }
# Of this one the headers of libtomlplusplus-dev have all of the source in them.
libtomlplusplus3() {
    printf '#define TOML_IMPLEMENTATION\n#include <toml++/toml.h>\n' >toml.cpp
    archive libtomlplusplus "$cxx -DTOML_HEADER_ONLY=0" toml.cpp
}
libprometheus_cpp_core1_0() { archive libprometheus-cpp-core "$cxx" source/core/src/*.cc source/core/src/detail/*.cc; }

# As Debian configures it, but without SRV lookups, which nothing asks for.
libmosquitto1() {
    version=$(field libmosquitto1 2)
    archive libmosquitto "$triplet-gcc-12 $flags -Isource -Isource/include -Isource/lib -Isource/deps -DCMAKE -DVERSION=\"${version%-*}\" \
        -DWITH_TLS -DWITH_TLS_PSK -DWITH_EC -DWITH_UNIX_SOCKETS -DWITH_SOCKS -DWITH_THREADING" source/lib/*.c
}

# Shared, because Debian's sdbus-c++ is: an archive beside it would be a second sd-bus in one process. It exports what
# sdbus-c++ and packwire call, under Debian's symbol versions, and the linker leaves out the rest (the journal, logins ...);
# compression and gcrypt are for the journal, too.
libsystemd0() {
    # Asked for by meson.build, used by programs that are not built.
    printf 'Name: mount\nDescription: -\nVersion: 2.38\n' >mount.pc
    words() { printf "'%s'," "$@" | sed 's/^/[/; s/,$/]/'; }
    # shellcheck disable=SC2086 # a word a flag
    cat >cross.ini <<INI
[binaries]
c = '$triplet-gcc-12'
ar = '$triplet-ar'
strip = '$triplet-strip'
pkgconfig = 'pkg-config'
[properties]
sys_root = '$root'
pkg_config_libdir = ['$PWD', '$root/usr/lib/$triplet/pkgconfig']
[built-in options]
c_args = $(words $flags)
c_link_args = ['--sysroot=$root']
[host_machine]
system = 'linux'
cpu_family = '$cpu'
cpu = '$cpu'
endian = 'little'
INI
    off=
    for feature in gcrypt openssl zstd lz4 xz blkid bpf-framework tests; do off="$off -D$feature=false"; done
    # shellcheck disable=SC2086 # a word an option
    meson setup build source --cross-file cross.ini --buildtype=plain -Dmode=release -Dskip-deps=true \
        -Dversion-tag="$(field libsystemd0 2)" $off
    ninja -j2 -C build version.h
    ninja -j2 -C build src/libsystemd/libsystemd_static.a src/basic/libbasic.a src/basic/libbasic-gcrypt.a \
        src/basic/libbasic-compress.a
    {
        LC_ALL=C "$triplet-nm" -D --undefined-only "$root/usr/lib/$triplet/libsdbus-c++.so.1" | sed -n 's/.* \(sd_[a-z0-9_]*\).*/\1/p'
        printf 'sd_notify\nsd_notifyf\n'
    } >used
    # A version of which nothing is left has no "global:" either.
    awk 'NR == FNR { used[$1]; next }
         /global:/ { held = $0; next }
         /^ +sd_/ { name = $1; sub(/;.*/, "", name); if (!(name in used)) next; if (held) print held; held = "" }
         /}/ { held = "" }
         { print }' used source/src/libsystemd/libsystemd.sym >slim.sym
    library=libsystemd.so.0
    # shellcheck disable=SC2086 # a word a flag
    (cd build/src && "$triplet-gcc-12" $link -shared -o "../../$library" "-Wl,-soname,$library,--version-script=../../slim.sym" \
        "-Wl,-Map=$to/lib/$library.map" -Wl,--as-needed -Wl,--whole-archive libsystemd/libsystemd_static.a -Wl,--no-whole-archive \
        basic/libbasic.a basic/libbasic-gcrypt.a basic/libbasic-compress.a "$root/usr/lib/$triplet/libcap.a")
    "$triplet-strip" -o "$to/lib/$library" "$library"
}

# Without what rules never ask of it: LDAP, Kerberos, RTMP, SSH, HTTP/2, international names, which bring 22 libraries.
libcurl4() {
    cd source
    # The last two of Debian's patches rename the library for other TLS libraries; debian/rules takes them off likewise.
    for other in 99_nss 90_gnutls; do patch -R -p1 <"debian/patches/$other.patch"; done
    autoreconf -fi
    ./configure --host="$triplet" CC="$triplet-gcc-12" CFLAGS="$flags" LDFLAGS="--sysroot=$root" AR_FLAGS=crD \
        PKG_CONFIG=false --disable-shared --with-openssl --with-ca-path=/etc/ssl/certs --without-ca-bundle \
        --disable-dependency-tracking --disable-ldap --disable-ldaps --disable-ftp --disable-file --disable-dict \
        --disable-telnet --disable-tftp --disable-pop3 --disable-imap --disable-smb --disable-smtp --disable-gopher \
        --disable-mqtt --disable-rtsp --disable-manual --disable-ntlm --disable-tls-srp --disable-alt-svc --disable-hsts \
        --disable-unix-sockets --disable-doh --without-libpsl --without-libidn2 --without-librtmp --without-libssh2 \
        --without-nghttp2 --without-brotli --without-zstd --without-gssapi --without-zlib
    make -C lib -j2
    cp lib/.libs/libcurl.a "$to/lib/"
}

# Debian's archives as they are, but for the tables by which exceptions pass through: 0.7 MB, and none passes through these.
tableless() {
    for name in "$@"; do
        "$triplet-objcopy" -D --remove-section=.eh_frame "$root/usr/lib/$triplet/$name" "$to/lib/$name"
    done
}
libssl_dev() { tableless libcrypto.a libssl.a; }
libsqlite3_dev() { tableless libsqlite3.a; }

key=$( (for library in $libraries; do field "$library" 4; done && cat "$here/static.sh" "$cross/key") | sha256sum | cut -d' ' -f1)
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
