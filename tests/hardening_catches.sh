#!/bin/sh
# hardening_catches.sh CXX — tests/hardening takes a program that was built as it should be, and none that lacks a flag.
set -eu
cxx=$1
here=$(cd "$(dirname "$0")" && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
cat >"$work/program.cpp" <<'END'
#include <cstdio>
#include <cstring>
int main(int argc, char** argv) {
    char text[64];
    std::strcpy(text, argv[argc - 1]);
    std::puts(text);
}
END
compile='-O2 -fPIE -fstack-protector-strong -U_FORTIFY_SOURCE -D_FORTIFY_SOURCE=2'
case $("$cxx" -dumpmachine) in
x86_64*) compile="$compile -fcf-protection=full" no_branches=-fcf-protection=none ;;
aarch64*) compile="$compile -mbranch-protection=standard" no_branches=-mbranch-protection=none ;;
*) no_branches= ;;
esac
link='-pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code'

# verdict FLAGS...: what tests/hardening says of a program built so
verdict() {
    "$cxx" "$@" "$work/program.cpp" -o "$work/program" 2>"$work/said" || { cat "$work/said" >&2; exit 1; }
    "$here/hardening" "$work/program" >"$work/said" 2>&1
}
# shellcheck disable=SC2086 # words
verdict $compile $link || { cat "$work/said" >&2; exit 1; }

for wrong in "-no-pie -fno-pie" -fno-stack-protector "-U_FORTIFY_SOURCE" -Wl,-z,norelro "-Wl,-z,lazy" -Wl,-z,execstack \
    -Wl,-z,noseparate-code -Wl,-rpath,/opt/lib $no_branches; do
    # What comes last holds.
    # shellcheck disable=SC2086 # words
    if verdict $compile $link $wrong; then
        echo "hardening_catches: $wrong was not noticed" >&2
        exit 1
    fi
done
echo "hardening_catches: good"
