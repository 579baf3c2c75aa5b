#!/bin/sh
# release.sh — `make release`: everything that has to hold before anybody installs this, then what they install, in
# build/dist/packwire-VERSION. From a committed tree only, so that the commit in the notes is what was built.
#   RELEASE_KEY     the OpenPGP key that signs SHA256SUMS; `none` leaves it unsigned, and the notes say so
#   RELEASE_STEPS   targets of make, in this order; the notes name those that were left out
# Exit 0 done, 1 a step failed (its log is named), 2 nothing was begun.
set -eu
cd "$(dirname "$0")/../.."
all="test build lint bench fuzz soak package"
steps=${RELEASE_STEPS-$all}
version=$(packaging/package/lib/version)
work=build/dist/work
report=$work/report.md

refuse() {
    echo "release: $*" >&2
    exit 2
}

for step in $steps; do
    case " $all " in *" $step "*) ;; *) refuse "there is no step $step; expected some of: $all" ;; esac
done
[ -z "$(git status --porcelain)" ] || refuse "there are changes that are not committed; commit them, or leave them out with git stash"
[ -n "${RELEASE_KEY:-}" ] || refuse "no key: RELEASE_KEY=FINGERPRINT make release (gpg --list-secret-keys), or RELEASE_KEY=none for unsigned sums"
[ "$(id -u)" -eq 0 ] || case " $steps " in *" package "*) refuse "not root: a release is installed on a Debian that boots in a container, and only root can boot one" ;; esac
[ "$RELEASE_KEY" = none ] || gpg --batch --list-secret-keys "$RELEASE_KEY" >/dev/null 2>&1 ||
    refuse "gpg has no secret key $RELEASE_KEY"

commit=$(git rev-parse HEAD)
rm -rf "$work"
mkdir -p "$work/logs"
printf '| step | result | time |\n|---|---|---|\n' >"$report"
for step in $all; do
    case " $steps " in
        *" $step "*) ;;
        *)
            printf '| %s | left out | |\n' "$step" >>"$report"
            continue
            ;;
    esac
    log=$work/logs/$step.log
    echo "-- release: make $step, told in $log" >&2
    begun=$(date +%s)
    # Two compiles in two places have to be the same bytes, and a fresh Debian has to take the package.
    PACKWIRE_REPRODUCE=1 PACKWIRE_BOOT=1 make "$step" >"$log" 2>&1 || {
        tail -n 30 "$log" >&2
        echo "release: make $step failed; nothing is released. The whole log: $log" >&2
        exit 1
    }
    printf '| %s | passed | %d s |\n' "$step" $(($(date +%s) - begun)) >>"$report"
done
for missing in build/cross/*/incomplete; do
    [ -s "$missing" ] || continue
    arch=${missing%/incomplete}
    printf '\nThe bundle for %s was made without the packages of %s, which could not be had: security updates of its libraries may be missing.\n' \
        "${arch##*/}" "$(tr '\n' ' ' <"$missing")" >>"$report"
done
# Hours later: what was tried has to be what the source archive holds.
[ "$(git rev-parse HEAD)" = "$commit" ] && [ -z "$(git status --porcelain)" ] || {
    echo "release: the tree changed since $commit; nothing is released" >&2
    exit 1
}
packaging/release/publish.sh "$version" build/package "$report" build/dist
