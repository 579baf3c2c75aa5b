# What arm64.cmake and armhf.cmake have in common: Debian's cross compiler, and a root that has Debian's libraries.
set(CMAKE_SYSTEM_NAME Linux)
get_filename_component(root ${CMAKE_CURRENT_LIST_DIR}/../../build/cross/${PACKWIRE_CROSS_ARCH}/root ABSOLUTE)
if(NOT EXISTS ${root}/usr)
    message(FATAL_ERROR "There is no root for ${PACKWIRE_CROSS_ARCH}: packaging/cross/sysroot.sh ${PACKWIRE_CROSS_ARCH} makes it")
endif()
set(CMAKE_SYSROOT ${root})
set(CMAKE_LIBRARY_ARCHITECTURE ${PACKWIRE_CROSS_TRIPLET})
set(CMAKE_C_COMPILER ${PACKWIRE_CROSS_TRIPLET}-gcc-12)
set(CMAKE_CXX_COMPILER ${PACKWIRE_CROSS_TRIPLET}-g++-12)
set(CMAKE_STRIP ${PACKWIRE_CROSS_TRIPLET}-strip)
set(CMAKE_CROSSCOMPILING_EMULATOR qemu-${CMAKE_SYSTEM_PROCESSOR}-static)
string(REPLACE "armv7l" "arm" CMAKE_CROSSCOMPILING_EMULATOR ${CMAKE_CROSSCOMPILING_EMULATOR})

# Programs (node, pkg-config) are the build host's; headers, libraries and packages are the root's, and nothing else.
set(CMAKE_FIND_ROOT_PATH ${root})
set(CMAKE_FIND_ROOT_PATH_MODE_PROGRAM NEVER)
set(CMAKE_FIND_ROOT_PATH_MODE_INCLUDE ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_LIBRARY ONLY)
set(CMAKE_FIND_ROOT_PATH_MODE_PACKAGE ONLY)
set(ENV{PKG_CONFIG_SYSROOT_DIR} ${root})
set(ENV{PKG_CONFIG_LIBDIR} ${root}/usr/lib/${PACKWIRE_CROSS_TRIPLET}/pkgconfig:${root}/usr/share/pkgconfig)
set(ENV{PKG_CONFIG_PATH} "")

# Libraries that ours need, and that nobody names, are in the root, too.
set(links "-Wl,-rpath-link,${root}/lib/${PACKWIRE_CROSS_TRIPLET}:${root}/usr/lib/${PACKWIRE_CROSS_TRIPLET}")
set(CMAKE_EXE_LINKER_FLAGS_INIT "${links} -Wl,--as-needed")
# The same bytes wherever the project lies, and an ABI note of GCC's about a change ten years ago is no warning.
get_filename_component(project ${CMAKE_CURRENT_LIST_DIR}/../.. ABSOLUTE)
# Not CMAKE_CXX_FLAGS_INIT: the presets set CMAKE_CXX_FLAGS themselves.
add_compile_options(-ffile-prefix-map=${project}=. -Wno-psabi)
