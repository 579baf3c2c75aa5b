# packwire_library(<folder> [FLAT] [FAST] [SINGLY] [ALONE <file>...] [DEPENDS <folder>...] [LINK <target>...])
#
# The static library of src/<folder>: `packwire_wire`, `packwire_sink_venus`. A folder that has no .cpp (yet)
# becomes an interface library, so that what depends on it still gets what is left of it.
#   FLAT     without its subfolders, which are libraries of their own
#   FAST     -O3 in every optimised build: GCC 12 does not vectorise at -O2
#   SINGLY   its files are never joined where the presets join files (docs/adr/0092): they are quick, and files of
#            one shape use the same names within; ALONE: these of its files
#   DEPENDS  folders to the left; LINK: third-party targets
# All of them are listed in the global property PACKWIRE_LIBRARIES.
function(packwire_library folder)
    cmake_parse_arguments(PARSE_ARGV 1 arg "FLAT;FAST;SINGLY" "" "ALONE;DEPENDS;LINK")
    string(REPLACE "/" "_" target packwire_${folder})
    set(glob GLOB_RECURSE)
    if(arg_FLAT)
        set(glob GLOB)
    endif()
    file(${glob} sources CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/src/${folder}/*.cpp)
    # main is the executable's alone: tests link all of app/ but this.
    list(REMOVE_ITEM sources ${PROJECT_SOURCE_DIR}/src/app/main.cpp)
    list(TRANSFORM arg_DEPENDS REPLACE "/" "_")
    list(TRANSFORM arg_DEPENDS PREPEND packwire_)

    if(sources)
        add_library(${target} STATIC ${sources})
        set(scope PUBLIC)
        if(arg_FAST)
            # Not "Release": Debian builds with the type None and its own -O2.
            target_compile_options(${target} PRIVATE $<$<NOT:$<CONFIG:Debug>>:-O3>)
        endif()
        if(arg_SINGLY)
            set_target_properties(${target} PROPERTIES UNITY_BUILD OFF)
        endif()
        list(TRANSFORM arg_ALONE PREPEND ${PROJECT_SOURCE_DIR}/src/${folder}/)
        set_source_files_properties(${arg_ALONE} PROPERTIES SKIP_UNITY_BUILD_INCLUSION ON)
    else()
        add_library(${target} INTERFACE)
        set(scope INTERFACE)
    endif()
    target_include_directories(${target} ${scope} $<BUILD_INTERFACE:${PROJECT_SOURCE_DIR}/src>)
    target_link_libraries(${target} ${scope} ${arg_DEPENDS} ${arg_LINK})
    set_property(GLOBAL APPEND PROPERTY PACKWIRE_LIBRARIES ${target})
endfunction()

# packwire_version(<target>): gives it PACKWIRE_VERSION. Few targets: each is compiled anew when it changes.
function(packwire_version target)
    get_target_property(type ${target} TYPE)
    if(NOT type STREQUAL INTERFACE_LIBRARY)
        target_compile_definitions(${target} PRIVATE PACKWIRE_VERSION="${PROJECT_VERSION}")
    endif()
endfunction()
