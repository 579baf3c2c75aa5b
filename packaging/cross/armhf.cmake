# Debian 12, armhf: every other GX device (Cortex-A7 and A8), Raspberry Pi 2 to 4 under Venus OS. The root comes from
# sysroot.sh. NEON is not asked for: Debian's libraries do not, and the program has no use for it.
set(PACKWIRE_CROSS_ARCH armhf)
set(CMAKE_SYSTEM_PROCESSOR armv7l)
set(PACKWIRE_CROSS_TRIPLET arm-linux-gnueabihf)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
