#!/bin/sh
# What packaging/deps/ensure would install, tried with programs that only say what they were asked.
# Use: tests/deps_ensure.sh SOURCE_DIR
set -eu
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
mkdir "$work/bin" "$work/deps"
cp "$1/packaging/deps/ensure" "$work/deps/"
failed=0

# tool NAME OUTPUT: a program of that name, or none with OUTPUT -
tool() {
    rm -f "$work/bin/$1"
    [ "$2" = - ] && return
    printf '#!/bin/sh\necho "%s"\n' "$2" >"$work/bin/$1"
    chmod +x "$work/bin/$1"
}
for program in sh dirname sed grep cat env id; do ln -s "$(command -v $program)" "$work/bin/$program"; done
printf '#!/bin/sh\nfor last; do :; done\ncat "%s/dpkg/$last" 2>/dev/null\n' "$work" >"$work/bin/dpkg-query"
printf '#!/bin/sh\n[ "$1" = update ] || echo "$@" >>"%s/asked"\n' "$work" >"$work/bin/apt-get"
printf '#!/bin/sh\n"$@"\n' >"$work/bin/sudo"
chmod +x "$work/bin/dpkg-query" "$work/bin/apt-get" "$work/bin/sudo"
mkdir "$work/dpkg"

# expect WHAT STATUS ASKED: runs ensure on the list `web`
expect() {
    rm -f "$work/asked"
    status=0
    PATH="$work/bin" "$work/deps/ensure" web 2>"$work/err" || status=$?
    asked=$(sed 's/.*--no-install-recommends //' "$work/asked" 2>/dev/null || :)
    if [ "$status $asked" != "$2 $3" ]; then
        echo "$1: expected exit $2 and '$3', got exit $status and '$asked': $(cat "$work/err")" >&2
        failed=1
    fi
}

printf 'nodejs ? node --version >= 18 # why\nnpm ? npm --version >= 9\n\nzlib1g-dev # a library\n' >"$work/deps/web.txt"
printf installed >"$work/dpkg/zlib1g-dev"
tool node v20.1.0; tool npm 10.2.4
expect 'everything there: apt is not called' 0 ''
tool node v18.20.4; tool npm 9.2.0
expect 'just new enough' 0 ''
tool node -; tool npm -
expect 'nothing there' 0 'nodejs npm'
tool node v16.3.0; tool npm 10.0.0
expect 'too old a Node' 0 'nodejs'
tool node v22.0.0; tool npm -
expect 'a Node from elsewhere without npm' 2 ''
printf '18.20.4+dfsg-1~deb12u1' >"$work/dpkg/nodejs"
expect "Debian's Node without npm" 0 'npm'
rm "$work/dpkg/zlib1g-dev"
expect 'a library is asked of dpkg' 0 'npm zlib1g-dev'
[ $failed -eq 0 ] && echo "packaging/deps/ensure: 7 cases good"
exit $failed
