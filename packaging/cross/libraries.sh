#!/bin/sh
# Part of static.sh: how each library is built. Called in an empty folder that has its source in source/.
# shellcheck disable=SC2154 # triplet, flags, link, root, to, cpu are static.sh's
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
    cd source || exit
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
