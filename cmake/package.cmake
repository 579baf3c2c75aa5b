# What is installed, and where. Components:
#   packwire  the program, its manual pages, the completion, the service, the udev rules
#   dev       the libraries up to src/bus for other programs: packwire.cmake packages, pkg-config
# `make install` takes all of them; packaging/debian makes a package of each.
include(GNUInstallDirs)
include(CMakePackageConfigHelpers)
# Where the system looks for them does not depend on the prefix.
set(PACKWIRE_UNIT_DIR lib/systemd/system CACHE STRING "Where the unit goes; absolute, or below the prefix")
set(PACKWIRE_UDEV_DIR lib/udev/rules.d CACHE STRING "Where the udev rules go, likewise")
set(packaging ${PROJECT_SOURCE_DIR}/packaging)

if(TARGET packwire)
    install(TARGETS packwire RUNTIME COMPONENT packwire)
    file(GLOB pages CONFIGURE_DEPENDS ${packaging}/man/*.1)
    install(FILES ${pages} DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 COMPONENT packwire)
    install(FILES ${packaging}/man/packwire.toml.5 DESTINATION ${CMAKE_INSTALL_MANDIR}/man5 COMPONENT packwire)
    install(FILES ${packaging}/completion/packwire.bash RENAME packwire
        DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions COMPONENT packwire)
    configure_file(${packaging}/systemd/packwire.service.in ${PROJECT_BINARY_DIR}/packwire.service @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/packwire.service DESTINATION ${PACKWIRE_UNIT_DIR} COMPONENT packwire)
    install(FILES ${packaging}/udev/62-packwire.rules DESTINATION ${PACKWIRE_UDEV_DIR} COMPONENT packwire)
endif()
install(FILES README.md CHANGELOG.md SECURITY.md LICENSE DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT packwire)
install(DIRECTORY docs/ DESTINATION ${CMAKE_INSTALL_DOCDIR} COMPONENT packwire
    FILES_MATCHING PATTERN "*.md" PATTERN adr EXCLUDE)

# The libraries that speak with packs. What is right of them is the program's own.
set(exported packwire_base packwire_wire packwire_model packwire_dialect packwire_bus)
foreach(library IN LISTS exported)
    string(REGEX REPLACE "^packwire_" "" folder ${library})
    set_target_properties(${library} PROPERTIES EXPORT_NAME ${folder})
    target_include_directories(${library} PUBLIC $<INSTALL_INTERFACE:${CMAKE_INSTALL_INCLUDEDIR}/packwire>)
    target_compile_features(${library} PUBLIC cxx_std_23)
    install(DIRECTORY src/${folder} DESTINATION ${CMAKE_INSTALL_INCLUDEDIR}/packwire COMPONENT dev
        FILES_MATCHING PATTERN "*.hpp")
endforeach()
set_target_properties(packwire_asio PROPERTIES EXPORT_NAME asio)
install(TARGETS ${exported} packwire_asio EXPORT packwire ARCHIVE COMPONENT dev)
set(config_dir ${CMAKE_INSTALL_LIBDIR}/cmake/packwire)
install(EXPORT packwire NAMESPACE packwire:: FILE packwireTargets.cmake DESTINATION ${config_dir} COMPONENT dev)
configure_package_config_file(cmake/packwireConfig.cmake.in ${PROJECT_BINARY_DIR}/packwireConfig.cmake
    INSTALL_DESTINATION ${config_dir})
write_basic_package_version_file(${PROJECT_BINARY_DIR}/packwireConfigVersion.cmake COMPATIBILITY SameMinorVersion)
install(FILES ${PROJECT_BINARY_DIR}/packwireConfig.cmake ${PROJECT_BINARY_DIR}/packwireConfigVersion.cmake
    DESTINATION ${config_dir} COMPONENT dev)
foreach(pc packwire packwire-bus)
    configure_file(cmake/${pc}.pc.in ${PROJECT_BINARY_DIR}/${pc}.pc @ONLY)
    install(FILES ${PROJECT_BINARY_DIR}/${pc}.pc DESTINATION ${CMAKE_INSTALL_LIBDIR}/pkgconfig COMPONENT dev)
endforeach()
