# Debian 12, arm64: Raspberry Pi 5, the newer Cerbo GX. The root comes from sysroot.sh.
set(PACKWIRE_CROSS_ARCH arm64)
set(CMAKE_SYSTEM_PROCESSOR aarch64)
set(PACKWIRE_CROSS_TRIPLET aarch64-linux-gnu)
include(${CMAKE_CURRENT_LIST_DIR}/debian.cmake)
