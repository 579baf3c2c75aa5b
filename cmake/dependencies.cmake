# What the libraries stand on: Debian packages only (packaging/deps/build.txt), nothing is downloaded.
find_package(Threads REQUIRED)
find_package(Boost 1.81 REQUIRED CONFIG) # headers only; Debian's default Boost is 1.74
find_package(fmt REQUIRED)
find_package(spdlog REQUIRED)
find_package(nlohmann_json REQUIRED)
find_package(CLI11 REQUIRED)
find_package(sdbus-c++ REQUIRED)
find_package(CURL REQUIRED)
find_package(OpenSSL REQUIRED)
find_package(SQLiteCpp REQUIRED)
find_package(ZLIB REQUIRED)
find_package(PkgConfig REQUIRED)
# By pkg-config, because only this knows the compiled library; the CMake target is header-only and slow.
pkg_check_modules(tomlplusplus REQUIRED IMPORTED_TARGET tomlplusplus)
# Rules can switch GPIO lines where it is present; its version 2 has another API.
pkg_check_modules(gpiod IMPORTED_TARGET "libgpiod<2")

pkg_check_modules(libmosquitto REQUIRED IMPORTED_TARGET libmosquitto)
# By pkg-config, too: its CMake package asks for what its web server needs, which packwire does not use.
pkg_check_modules(prometheus REQUIRED IMPORTED_TARGET prometheus-cpp-core)

# Asio as every user of it sees it.
add_library(packwire_asio INTERFACE)
target_link_libraries(packwire_asio INTERFACE Boost::headers Threads::Threads)
target_compile_definitions(packwire_asio INTERFACE BOOST_ASIO_NO_DEPRECATED)
