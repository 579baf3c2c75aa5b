#!/bin/sh
# native.sh PROGRAM SETTINGS — life.sh with a bundle of this machine's libraries.
set -eu
folder=$(dirname "$(readlink -f "$0")")
work=$(mktemp -d "${TMPDIR:-/tmp}/packwire-native.XXXXXX")
trap 'rm -rf "$work"' EXIT
# Leaks are the other tests' business; these processes are killed.
export ASAN_OPTIONS="detect_leaks=0${ASAN_OPTIONS:+:$ASAN_OPTIONS}"
"$folder/../../packaging/venus/bundle.sh" native "$1" "$work/bundle"
"$folder/life.sh" "$work/bundle" "$1" "$2"
