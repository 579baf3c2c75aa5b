#!/bin/sh
# bundle.sh ARCH PROGRAM TO — makes the folder TO: packwire for a GX device, with a loader and libraries of its own.
#   ARCH     armhf, arm64: libraries of packaging/cross/sysroot.sh; native: of this machine, to try the rest of it
#   PROGRAM  packwire as it was built for that; PROGRAM.map, if there is one, tells which archives are in it
# The same program, libraries and project make the same bytes.
set -eu
arch=$1
program=$2
to=$3
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
cross=$project/build/cross/$arch
root=$cross/root
case $arch in
    armhf) triplet=arm-linux-gnueabihf ;;
    arm64) triplet=aarch64-linux-gnu ;;
    native)
        root=
        triplet=$(gcc -print-multiarch 2>/dev/null || cc -dumpmachine)
        ;;
    *)
        echo "usage: bundle.sh armhf|arm64|native PROGRAM TO" >&2
        exit 2
        ;;
esac
strip=$triplet-strip
command -v "$strip" >/dev/null || strip="strip"
version=$(sed -n 's/^ *VERSION \([0-9.]*\).*/\1/p' "$project/CMakeLists.txt" | head -1)

needed() { LC_ALL=C readelf -d "$1" | sed -n 's/.*(NEEDED).*\[\(.*\)\]/\1/p'; }

# find_library NAME: where it is; ours before Debian's.
find_library() {
    for folder in "$cross/static/lib" "$root/lib/$triplet" "$root/usr/lib/$triplet" "$root/lib"; do
        if [ -e "$folder/$1" ]; then
            echo "$folder/$1"
            return
        fi
    done
    # The sanitizers' and others that lie elsewhere on this machine.
    [ "$arch" = native ] && found=$(ldd "$program" | sed -n "s|^[[:space:]]*$1 => \([^ ]*\).*|\1|p") && [ -n "$found" ] && echo "$found" && return
    echo "bundle: $1 is nowhere in $root" >&2
    exit 1
}

# inside FILE: the archives of others that the linker put into it, if it left a map.
inside() {
    [ -r "$1.map" ] || return 0
    sed -n 's:^[ 0-9a-f]* \(/[^(]*\.a\)(.*:-\t\1:p' "$1.map" | LC_ALL=C sort -u >>"$to.libraries"
}

# collect FILE: what it needs, and what that needs.
collect() {
    inside "$1"
    for name in $(needed "$1"); do
        [ ! -e "$to/lib/$name" ] || continue
        library=$(find_library "$name")
        cp -L "$library" "$to/lib/$name"
        chmod 755 "$to/lib/$name"
        printf '%s\t%s\n' "$name" "$library" >>"$to.libraries"
        collect "$library"
    done
}

rm -rf "$to" "$to.libraries"
mkdir -p "$to/bin" "$to/lib" "$to/etc" "$to/share/doc/licences" "$to/service/log"

# The program and its libraries ---------------------------------------------------------------------------------------
cp "$program" "$to/bin/packwire.elf"
"$strip" "$to/bin/packwire.elf"
loader=$(LC_ALL=C readelf -l "$program" | sed -n 's/.*interpreter: \(.*\)\]/\1/p')
collect "$program"
name=$(basename "$loader")
# A library names it, too, where thread-local storage needs it.
if [ ! -e "$to/lib/$name" ]; then
    cp -L "$(find_library "$name")" "$to/lib/$name"
    printf '%s\t%s\n' "$name" "$(find_library "$name")" >>"$to.libraries"
fi
chmod 755 "$to/lib/$name"
sed "s:@LOADER@:$name:" "$here/packwire.in" >"$to/bin/packwire"

# What is no program ----------------------------------------------------------------------------------------------------
cp "$here"/common.sh "$here"/install.sh "$here"/enable.sh "$here"/disable.sh "$here"/uninstall.sh "$here"/ports.sh \
    "$here"/on-tty.sh "$here"/start-packwire.sh "$to/"
cp "$here/service/run" "$to/service/run"
cp "$here/service/log/run" "$to/service/log/run"
cp "$here/etc/packwire.toml" "$to/etc/"
cp -R "$here/serial-starter.d" "$here/service-templates" "$here/udev" "$to/share/"
cp "$project/LICENSE" "$project/CHANGELOG.md" "$to/share/doc/"
cp "$project/docs/configuration.md" "$project/docs/victron.md" "$to/share/doc/"
printf '%s\n' "$version" >"$to/version"
printf '%s\n' "$arch" >"$to/share/arch"
"$here/sbom.sh" "$arch" "$to" "$version" <"$to.libraries"
rm "$to.libraries"

# The same modes whatever umask was in force.
find "$to" -type d -exec chmod 755 {} +
find "$to" -type f ! -perm -u+x -exec chmod 644 {} +
find "$to" -type f -perm -u+x -exec chmod 755 {} +
chmod 755 "$to/bin/packwire"
(cd "$to" && find . -type f ! -name manifest.sha256 | LC_ALL=C sort | xargs sha256sum >share/manifest.sha256)
