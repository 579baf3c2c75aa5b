#!/bin/sh
# venus_packaging.sh SOURCE — runs what packaging/venus has in a tree that looks like a GX device, with stand-ins for
# what Venus OS brings.
set -eu

source=$1
tree=$(mktemp -d "${TMPDIR:-/tmp}/packwire-venus.XXXXXX")
trap 'rm -rf "$tree"' EXIT
export PACKWIRE_ROOT="$tree"
said=$tree/said
: >"$said"

fail() {
    echo "FAILED: $1" >&2
    echo "--- what was done:" >&2
    cat "$said" >&2
    exit 1
}
# expect LINE... — exactly these lines were said since the last time.
expect() {
    printf '%s\n' "$@" >"$tree/expected"
    cmp -s "$tree/expected" "$said" || fail "expected: $*"
    : >"$said"
}
# stand_in PATH SCRIPT
stand_in() {
    mkdir -p "$(dirname "$tree/$1")"
    printf '#!/bin/sh\n%s\n' "$2" >"$tree/$1"
    chmod +x "$tree/$1"
}

# A GX device -----------------------------------------------------------------------------------------------------
starter=opt/victronenergy/serial-starter
stand_in $starter/stop-tty.sh "echo stop-tty \$1 >>'$said'"
stand_in $starter/start-tty.sh "echo start-tty \$1 >>'$said'"
# The real one is sourced: it takes tty from the arguments, and start runs \$app with a lock on the port.
stand_in $starter/run-service.sh "tty=\$1
start() {
    echo lock \$tty >>'$said'
    status=0
    \$app \"\$@\" || status=\$?
    echo unlock \$tty >>'$said'
    exit \$status
}"
# shellcheck disable=SC2016 # is for the stand-in
stand_in data/apps/packwire/bin/packwire '[ "$1" != check-config ] || exit $(cat '"'$tree/check_gives'"')
echo packwire "$@" >>'"'$said'"'
[ "$1" != scan ] || exit $(cat '"'$tree/scan_gives'"')
echo state "$STATE_DIRECTORY" >>'"'$said'"
echo 0 >"$tree/check_gives"
mkdir -p "$tree/dev/serial/by-id" "$tree/data/conf/serial-starter.d" "$tree/opt/victronenergy/service-templates"
: >"$tree/dev/ttyUSB0"
: >"$tree/dev/ttyUSB3"
ln -s ../../ttyUSB3 "$tree/dev/serial/by-id/usb-FTDI"
cp "$source"/packaging/venus/*.sh "$tree/data/apps/packwire/"
cp "$source"/packaging/venus/serial-starter.d/* "$tree/data/conf/serial-starter.d/"
cp -R "$source"/packaging/venus/service-templates/* "$tree/opt/victronenergy/service-templates/"
cat >"$tree/data/conf/packwire.toml" <<'CONFIG'
[[bus]]
port = "/dev/serial/by-id/usb-FTDI"
[[bus]]
  port="serial:/dev/ttyUSB0?baud=9600"  # port = "/dev/ttyUSB9"
[[bus]]
port = "tcp://gateway:4196"
[[bus]]
port = "/dev/ttyUSB7"
# port = "/dev/ttyUSB0"
CONFIG

# Ports -----------------------------------------------------------------------------------------------------------
"$tree/data/apps/packwire/ports.sh" take
expect "stop-tty ttyUSB3" "stop-tty ttyUSB0"
"$tree/data/apps/packwire/ports.sh" give
expect "start-tty ttyUSB3" "start-tty ttyUSB0"
status=0
"$tree/data/apps/packwire/ports.sh" 2>/dev/null || status=$?
[ $status -eq 2 ] || fail "ports.sh without an argument gave $status"

# The service of its own --------------------------------------------------------------------------------------------
"$source/packaging/venus/service/run"
expect "stop-tty ttyUSB3" "stop-tty ttyUSB0" "packwire run --config $tree/data/conf/packwire.toml" \
    "state $tree/data/var/lib/packwire"
[ -d "$tree/data/var/lib/packwire" ] || fail "there is no state directory"

# A configuration that cannot be used: it goes down by itself, and touches no port.
mkdir -p "$tree/means"
printf '#!/bin/sh\necho svc "$@" >>"%s"\n' "$said" >"$tree/means/svc"
chmod +x "$tree/means/svc"
echo 2 >"$tree/check_gives"
status=0
PATH="$tree/means:$PATH" "$source/packaging/venus/service/run" >"$tree/words" || status=$?
[ $status -eq 1 ] || fail "with a broken configuration run gave $status"
expect "svc -d ."
grep -q "stays down until" "$tree/words" || fail "run does not say why it stays down"

# Given a port by serial-starter ------------------------------------------------------------------------------------
name=$(sed -n 's/^service packwire //p' "$tree/data/conf/serial-starter.d/packwire.conf")
template=$tree/opt/victronenergy/service-templates/$name
[ -e "$template/down" ] || fail "the template would start by itself"
! grep -q '^alias' "$tree/data/conf/serial-starter.d/packwire.conf" || fail "packwire would be tried on any adapter"
mkdir -p "$tree/service"
cp -R "$template" "$tree/service/packwire.ttyUSB0" # as serial-starter does
sed -i s:TTY:ttyUSB0: "$tree/service/packwire.ttyUSB0/run" "$tree/service/packwire.ttyUSB0/log/run"
grep -q '/var/log/packwire.ttyUSB0"$' "$tree/service/packwire.ttyUSB0/log/run" || fail "the log has no place"

echo 0 >"$tree/scan_gives"
"$tree/service/packwire.ttyUSB0/run"
expect "lock ttyUSB0" "packwire scan /dev/ttyUSB0" \
    "packwire run --config $tree/data/conf/packwire.toml --port /dev/ttyUSB0" \
    "state $tree/data/var/lib/packwire" "unlock ttyUSB0"
echo 1 >"$tree/scan_gives" # nobody answers: the next service may try
status=0
"$tree/service/packwire.ttyUSB0/run" || status=$?
[ $status -eq 1 ] || fail "without a pack it gave $status"
expect "lock ttyUSB0" "packwire scan /dev/ttyUSB0" "unlock ttyUSB0"
rm "$tree/data/conf/packwire.toml"
echo 0 >"$tree/scan_gives"
"$tree/service/packwire.ttyUSB0/run"
expect "lock ttyUSB0" "packwire scan /dev/ttyUSB0" "packwire run --port /dev/ttyUSB0" \
    "state $tree/data/var/lib/packwire" "unlock ttyUSB0"

# Not a GX device ---------------------------------------------------------------------------------------------------
rm -r "${tree:?}/opt"
"$tree/data/apps/packwire/ports.sh" take
[ ! -s "$said" ] || fail "ports were taken from nobody"

for script in "$source"/packaging/venus/*.sh "$source"/packaging/venus/service/run \
    "$source"/packaging/venus/service/log/run "$source"/packaging/venus/service-templates/packwire/run \
    "$source"/packaging/venus/service-templates/packwire/log/run "$source"/packaging/venus/packwire.in \
    "$source"/packaging/venus/stick/*.sh "$source"/packaging/cross/*.sh "$source"/packaging/cross/link "$source"/tests/venus/*.sh \
    "$source"/tests/venus_sbom.sh "$0"; do
    sh -n "$script" || fail "$script is no shell script"
    case ${script##*/} in
        common.sh | gx.sh | power.sh | disk.sh | packwire.in | venus_packaging.sh) ;;
        *) [ -x "$script" ] || fail "$script is not executable" ;;
    esac
    if command -v shellcheck >/dev/null; then shellcheck -x -P SCRIPTDIR -s sh "$script" || fail "shellcheck $script"; fi
done
echo "venus packaging: fine"
