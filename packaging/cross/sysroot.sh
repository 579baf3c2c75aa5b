#!/bin/sh
# sysroot.sh ARCH... — makes build/cross/ARCH/root (arm64, armhf): what Debian 12 has for that machine of what
# packaging/deps/build.txt names, for the cross compilers. The host's dpkg and apt know nothing of it: adding the
# architecture to them ends where the two indexes are of different days. Kept until the list or this script changes;
# PACKWIRE_SYSROOT_RENEW=1 takes what Debian has today.
#   root/           the packages, unpacked
#   files.tsv       path in the root, package
#   incomplete      indexes that could not be had, if so: a release says it
#   packages.tsv    package, version, architecture, source, SHA-256 of the archive: what SBOMs and "same input" go by
set -eu
here=$(cd "$(dirname "$0")" && pwd)
project=$(cd "$here/../.." && pwd)
deps=$project/packaging/deps/build.txt

# What runs on the build host, not on the device, and what the compiler brings there: its own C library in the root.
wanted() {
    sed 's/#.*//; s/[[:space:]].*//; /^$/d' "$deps" | grep -vxE 'g\+\+|cmake|ninja-build|pkg-config'
    echo libc6-dev
    echo libstdc++-12-dev
    echo libcap-dev # of libsystemd, which static.sh builds
}

# sources DIR: the host's sources, those of Debian 12 alone, for any architecture. Other vendors' have no say here.
sources() {
    mkdir -p "$1"
    for file in /etc/apt/sources.list.d/*.sources; do
        # shellcheck disable=SC2015 # either way it is none of ours
        [ -r "$file" ] && grep -qE '^Suites:.*[[:space:]]bookworm' "$file" || continue
        sed '/^Architectures:/d' "$file" >"$1/${file##*/}"
    done
    for file in /etc/apt/sources.list /etc/apt/sources.list.d/*.list; do
        [ -r "$file" ] || continue
        # shellcheck disable=SC2020 # [arch=…] goes, [signed-by=…] stays
        grep -E '^deb .*[[:space:]]bookworm' "$file" | sed 's/arch=[^] ]*//' >"$1/$(basename "$file" .list).list" || true
    done
    find "$1" -type f -size 0 -delete
    [ -n "$(ls "$1")" ] || {
        echo "sysroot: this host's apt knows no source of Debian 12 (bookworm)" >&2
        return 1
    }
}

# apt ARGUMENT...: apt-get in the private root. Signatures are checked as ever; what has none is refused.
apt() {
    apt-get -q -o APT::Architecture="$arch" -o APT::Architectures="$arch" -o Dir::State::lists="$to/lists" \
        -o Dir::State::status="$to/status" -o Dir::Cache="$to" -o Dir::Cache::archives="$to/archives" \
        -o Dir::Etc::sourcelist=/dev/null -o Dir::Etc::sourceparts="$to/sources" -o Dir::Etc::preferences=/dev/null \
        -o Dir::Etc::preferencesparts="$to/none" \
        -o APT::Install-Recommends=0 -o APT::Sandbox::User=root -o APT::Get::AllowUnauthenticated=false \
        -o Acquire::Retries=3 -o Acquire::Languages=none -o APT::Update::Post-Invoke-Success= -o Debug::NoLocking=1 "$@"
}

# A link to /… would lead out of the root, to the build host's files.
inner_links() {
    find "$1" -type l -lname '/*' -printf '%P\t%l\n' | while IFS="$(printf '\t')" read -r link target; do
        up=$(dirname "$link" | sed 's/[^/][^/]*/../g')
        ln -snf "$up$target" "$1/$link"
    done
}

describe() {
    for deb in "$to"/archives/*.deb; do
        # shellcheck disable=SC2016 # dpkg-deb's own variables
        dpkg-deb -W --showformat='${Package}\t${Version}\t${Architecture}\t${source:Package} ${source:Version}\t' "$deb"
        sha256sum "$deb" | cut -d' ' -f1
    done | LC_ALL=C sort
}

# Which package each file is of.
files() {
    for deb in "$to"/archives/*.deb; do
        package=$(dpkg-deb -f "$deb" Package)
        dpkg-deb --fsys-tarfile "$deb" | tar -tf - | sed -n "s:^\\./\\(.*[^/]\\)\$:\\1\t$package:p"
    done | LC_ALL=C sort
}

make_root() {
    # Archives of an earlier day are not what apt chooses today.
    rm -rf "$to/root" "$to/root.new" "$to/key" "$to/sources" "$to/archives"
    mkdir -p "$to/lists/partial" "$to/archives/partial" "$to/none" "$to/root.new"
    : >"$to/status"
    sources "$to/sources"
    rm -f "$to/incomplete"
    apt update >"$to/apt.log" 2>&1 || {
        echo "sysroot: not every index could be had; its packages (security updates?) are missing:" >&2
        grep '^E:' "$to/apt.log" >&2 || true
        grep -o 'dists/[^ ]*/Packages' "$to/apt.log" | sort -u >"$to/incomplete" || true
    }
    # shellcheck disable=SC2046 # a word a package
    apt -y --download-only install $(wanted) >>"$to/apt.log" 2>&1 || {
        tail -20 "$to/apt.log" >&2
        return 1
    }
    for deb in "$to"/archives/*.deb; do dpkg-deb -x "$deb" "$to/root.new"; done
    inner_links "$to/root.new"
    describe >"$to/packages.tsv"
    files >"$to/files.tsv"
    mv "$to/root.new" "$to/root"
    printf '%s\n' "$key" >"$to/key"
    echo "sysroot: $arch, $(wc -l <"$to/packages.tsv") packages, $(du -sm "$to/root" | cut -f1) MB" >&2
}

for arch in "$@"; do
    case $arch in
        arm64 | armhf) ;;
        *)
            echo "usage: sysroot.sh arm64|armhf..." >&2
            exit 2
            ;;
    esac
    to=$project/build/cross/$arch
    key=$( (wanted && cat "$here/sysroot.sh") | sha256sum | cut -d' ' -f1)
    [ -z "${PACKWIRE_SYSROOT_RENEW:-}" ] || rm -f "$to/key"
    if [ -r "$to/key" ] && [ "$(cat "$to/key")" = "$key" ]; then continue; fi
    make_root
done
