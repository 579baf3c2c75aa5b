#!/bin/sh
# Run by Venus OS after it unpacked venus-data.tar.gz from a stick into /data: installs the version for this device, and
# takes the archives away. What went wrong is in /data/packwire-stick.log.
root=${PACKWIRE_ROOT:-}
stick=$root/data/packwire-stick
case ${PACKWIRE_MACHINE:-$(uname -m)} in
    aarch64) arch=arm64 ;;
    *) arch=armhf ;;
esac
{
    mkdir -p "$stick/unpacked"
    status=1
    if tar -xzf "$stick/$arch.tar.gz" -C "$stick/unpacked"; then
        status=0
        for install in "$stick"/unpacked/*/install.sh; do "$install" || status=$?; done
    fi
    echo "packwire: install from the stick ended with $status"
} >"$root/data/packwire-stick.log" 2>&1
# Exit 3: it is installed, and waits for its configuration.
if [ $status -eq 0 ] || [ $status -eq 3 ]; then rm -f "$root/data/packwire-stick.log"; fi
rm -rf "$stick"
rm -f "$root/data/rc/post-hook.sh"
rmdir "$root/data/rc" 2>/dev/null
exit 0
