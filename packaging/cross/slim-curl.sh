#!/bin/sh
# slim-curl.sh ARCH — build/cross/ARCH/slim/libcurl.so.4: Debian's libcurl from Debian's source, without what rules never
# ask of it (LDAP, Kerberos, RTMP, SSH, HTTP/2, international names). Debian's own brings 22 libraries and 10 MB with
# it; this one fits the same program, by the same symbols. After sysroot.sh.
set -eu
arch=$1
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
to=$project/build/cross/$arch
case $arch in
    arm64) triplet=aarch64-linux-gnu ;;
    armhf) triplet=arm-linux-gnueabihf ;;
    *) exit 2 ;;
esac
version=$(awk -F'\t' '$1 == "libcurl4" { print $2 }' "$to/packages.tsv")
[ "$(cat "$to/slim/version" 2>/dev/null)" != "$version" ] || exit 0
rm -rf "$to/slim" "$to/slim-build"
mkdir -p "$to/slim" "$to/slim-build" "$to/source/lists/partial" "$to/source/sources"

# The same sources as the root's, for source packages. apt-get checks the signature chain of these, too.
for file in "$to"/sources/*; do
    sed 's/^Types: deb$/Types: deb-src/; s/^deb /deb-src /' "$file" >"$to/source/sources/${file##*/}"
done
apt() {
    apt-get -q -o Dir::State::lists="$to/source/lists" -o Dir::Etc::sourcelist=/dev/null -o Dir::Cache="$to/source" \
        -o Dir::Etc::sourceparts="$to/source/sources" -o APT::Sandbox::User=root -o Acquire::Languages=none \
        -o APT::Get::AllowUnauthenticated=false -o APT::Update::Post-Invoke-Success= -o Debug::NoLocking=1 "$@"
}
cd "$to/slim-build"
apt update >"$to/slim.log" 2>&1 || grep '^E:' "$to/slim.log" >&2 || :
apt source "curl=$version" >>"$to/slim.log" 2>&1
cd curl-*/
flags="--sysroot=$to/root -Os -g0 -ffunction-sections -fdata-sections -fstack-protector-strong -D_FORTIFY_SOURCE=2 -ffile-prefix-map=$to=."
# The last two of Debian's patches rename the library for other TLS libraries; debian/rules takes them off likewise.
for other in 99_nss 90_gnutls; do patch -R -p1 <"debian/patches/$other.patch" >>"$to/slim.log"; done
# shellcheck disable=SC2129 # a step a line
autoreconf -fi >>"$to/slim.log" 2>&1
./configure --host="$triplet" CC="$triplet-gcc-12" CFLAGS="$flags" \
    LDFLAGS="--sysroot=$to/root -Wl,--gc-sections -Wl,-z,relro -Wl,-z,now -Wl,-rpath-link,$to/root/lib/$triplet" \
    PKG_CONFIG=false --disable-static --enable-versioned-symbols --with-openssl --with-ca-path=/etc/ssl/certs --without-ca-bundle \
    --disable-dependency-tracking --disable-ldap --disable-ldaps --disable-ftp --disable-file --disable-dict \
    --disable-telnet --disable-tftp --disable-pop3 --disable-imap --disable-smb --disable-smtp --disable-gopher \
    --disable-mqtt --disable-rtsp --disable-manual --disable-ntlm --disable-tls-srp --disable-alt-svc --disable-hsts \
    --disable-unix-sockets --disable-doh --without-libpsl --without-libidn2 --without-librtmp --without-libssh2 --without-nghttp2 --without-brotli \
    --without-zstd --without-gssapi --without-zlib >>"$to/slim.log" 2>&1
make -C lib -j2 >>"$to/slim.log" 2>&1
cp lib/.libs/libcurl.so.4.* "$to/slim/libcurl.so.4"
"$triplet-strip" "$to/slim/libcurl.so.4"
cd "$to"
rm -rf slim-build
printf '%s\n' "$version" >slim/version
