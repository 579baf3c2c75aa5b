#!/bin/sh
# security_claims.sh SOURCE — each promise in a table of docs/security.md names tests, and those exist in the tree.
set -eu
cd "$1"
document=${2:-docs/security.md}
failed=0

complain() {
    echo "$document: $1" >&2
    failed=1
}

# A promise without a test is a hope.
rows=$(grep -c '^| [A-Z]' "$document") || :
[ "$rows" -gt 0 ] || complain "no promises"
grep '^| [A-Z]' "$document" | while IFS= read -r row; do
    printf '%s\n' "$row" | grep -qE '`([A-Z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9]*|ctest: [a-z_]+|file: [a-z/_]+)`' || printf '%s\n' "$row"
done >"${TMPDIR:-/tmp}/packwire-claims.$$"
[ ! -s "${TMPDIR:-/tmp}/packwire-claims.$$" ] || complain "without a test: $(cat "${TMPDIR:-/tmp}/packwire-claims.$$")"
rm -f "${TMPDIR:-/tmp}/packwire-claims.$$"

# All tests there are, as Suite.Name.
names=$(find tests -name '*_test.cpp' -exec cat {} + | tr '\n' ' ' |
    grep -oE 'TEST(_F|_P)?\( *[A-Za-z0-9]+, *[A-Za-z0-9]+ *\)' | sed -E 's/TEST(_F|_P)?\( *([A-Za-z0-9]+), *([A-Za-z0-9]+) *\)/\2.\3/')
for name in $(grep -oE '`[A-Z][A-Za-z0-9]*\.[A-Z][A-Za-z0-9]*`' "$document" | tr -d '`' | sort -u); do
    printf '%s\n' "$names" | grep -qxF "$name" || complain "there is no test $name"
done
for name in $(grep -oE '`ctest: [a-z_]+`' "$document" | tr -d '`' | sed 's/ctest: //' | sort -u); do
    grep -q "NAME $name\$" tests/CMakeLists.txt || complain "there is no ctest $name"
done
for name in $(grep -oE '`file: [a-z/_.]+`' "$document" | tr -d '`' | sed 's/file: //' | sort -u); do
    [ -x "$name" ] || complain "there is no $name"
done
[ $failed -eq 0 ] || exit 1
echo "$rows promises, each with tests that exist"
