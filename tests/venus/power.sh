# shellcheck shell=sh disable=SC2154 # tree, bundle, newer: life.sh
# power.sh — power goes at each step of an upgrade and of a first install: before every single program that install.sh
# calls, and in the middle of its copy. Sourced by life.sh.

# tools FOLDER: stand-ins that count, and that turn the power off instead of doing their work when it is their turn.
tools() {
    mkdir -p "$1"
    for tool in mv cp ln rm mkdir sha256sum basename readlink cat grep awk svc chmod sed cut du df; do
        real=$(command -v $tool)
        cat >"$1/$tool" <<TOOL
#!/bin/sh
count=\$((\$($(command -v cat) "$tree/count") + 1))
echo \$count >"$tree/count"
if [ \$count -eq \$("$(command -v cat)" "$tree/dies") ]; then
    # A copy is cut off in the middle.
    if [ $tool = cp ]; then "$real" "\$@" & sleep 0.00\$((count % 10)); fi
    kill -9 0
fi
exec "$real" "\$@"
TOOL
        chmod 755 "$1/$tool"
    done
}

# install_until N FOLDER: 0 when it came to its end before.
install_until() {
    echo 0 >"$tree/count"
    echo "$1" >"$tree/dies"
    status=0
    PATH="$tree/tools:$PATH" setsid --wait "$2/install.sh" --port "$tree/dev/ttyPACK" >"$tree/output" 2>&1 || status=$?
    return $status
}

reset_to() {
    rm -rf "$tree/data"
    cp -a "$tree/$1" "$tree/data"
}

upgrades() {
    step=1
    while :; do
        reset_to data.old
        [ $((step % booted)) -ne 0 ] || boot
        done=no
        if install_until $step "$tree/newer"; then done=yes; fi
        power_off
        whole || fail "power went at step $step of an upgrade: what is in use is not whole"
        "$tree/data/apps/packwire/bin/packwire" --version >/dev/null || fail "step $step: it does not run"
        if [ $((step % booted)) -eq 0 ] || [ $done = yes ]; then
            boot
            within 60 has_value || fail "power went at step $step of an upgrade: no value afterwards"
            power_off
        fi
        [ $done = no ] || break
        step=$((step + stride))
    done
    [ "$(cat "$tree/data/apps/packwire/version")" = "$new" ] || fail "the upgrade never came to its end"
    say "an upgrade survives power loss at each of its $((step - 1)) steps (every ${stride}.)"
}

installs() {
    step=1
    while :; do
        reset_to data.none
        done=no
        if install_until $step "$bundle"; then done=yes; fi
        if [ $done = no ]; then
            [ ! -e "$tree/data/apps/packwire" ] || whole || fail "step $step of an install: what is in use is not whole"
            install "$bundle" --port "$tree/dev/ttyPACK" || fail "step $step of an install: a second one gave $?"
        fi
        whole || fail "step $step of an install: not whole"
        grep -q '# packwire$' "$tree/data/rc.local" || fail "step $step of an install: not registered"
        [ -z "$(find "$tree/data/apps/packwire.d" -name '.new*')" ] || fail "step $step: leftovers"
        [ $done = no ] || break
        step=$((step + stride))
    done
    say "an install survives power loss at each of its $((step - 1)) steps (every ${stride}.)"
}

power_loss_everywhere() {
    # Emulated programs are slow: fewer steps there.
    stride=1
    booted=10
    if [ -n "$PACKWIRE_RUNNER" ]; then
        stride=7
        booted=28
    fi
    [ -z "${PACKWIRE_LIFE_STRIDE:-}" ] || stride=$PACKWIRE_LIFE_STRIDE
    tools "$tree/tools"
    power_off
    cp -a "$tree/data" "$tree/data.now"
    install "$bundle" || fail "install gave $?"
    rm -rf "$tree/data/apps/packwire.d/$(cat "$tree/data/apps/packwire.d/previous")" "$tree/data/apps/packwire.d/previous"
    cp -a "$tree/data" "$tree/data.old"
    mkdir -p "$tree/data.none/conf"
    printf '#!/bin/sh\n: mine\nexit 0' >"$tree/data.none/rc.local"
    chmod 755 "$tree/data.none/rc.local"
    upgrades
    rm -rf "$tree/service"
    installs
    mkdir -p "$tree/service"
    reset_to data.now
}
