# The dashboard (web/) as a table in the program: the library packwire_page defines sink::web::page_assets().
#
# PACKWIRE_PAGE  ON    it is built in; without node and npm that is an error
#                AUTO  it is built in if they are there and what it needs can be had, else the program has none
#                OFF   the program has none
# Node is judged by running it: it comes from many sources. Sources are copied to <build>/page and everything is made
# there; npm is called again only when package-lock.json changes, Vite when any source does.
set(PACKWIRE_PAGE AUTO CACHE STRING "Build the dashboard into the program: ON, AUTO, OFF")
set_property(CACHE PACKWIRE_PAGE PROPERTY STRINGS ON AUTO OFF)
# The same page for every architecture: cross builds take the table that the release build made.
set(PACKWIRE_PAGE_FILE "" CACHE FILEPATH "A page_assets.cpp that is there already, instead of making one")

# packwire_tool(<variable> <program> <least>): its path if it runs and its major version is at least that, else a
# sentence in <variable>_LACK.
function(packwire_tool variable program least)
    find_program(${variable} ${program})
    set(lack "${program} is missing")
    if(${variable})
        execute_process(COMMAND ${${variable}} --version OUTPUT_VARIABLE version ERROR_QUIET RESULT_VARIABLE result)
        string(REGEX MATCH "[0-9]+" major "${version}")
        if(result EQUAL 0 AND major GREATER_EQUAL least)
            set(lack "")
        else()
            string(STRIP "${version}" version)
            set(lack "${${variable}} is version ${version}")
        endif()
    endif()
    set(${variable}_LACK "${lack}" PARENT_SCOPE)
endfunction()

function(packwire_page_sources out)
    file(GLOB_RECURSE all CONFIGURE_DEPENDS ${PROJECT_SOURCE_DIR}/web/src/* ${PROJECT_SOURCE_DIR}/web/public/*
        ${PROJECT_SOURCE_DIR}/web/test/* ${PROJECT_SOURCE_DIR}/web/bench/*)
    foreach(file index.html package.json package-lock.json tsconfig.json vite.config.js embed.mjs)
        list(APPEND all ${PROJECT_SOURCE_DIR}/web/${file})
    endforeach()
    set(${out} ${all} PARENT_SCOPE)
endfunction()

set(page_dir ${PROJECT_BINARY_DIR}/page)
set(page_source ${PROJECT_SOURCE_DIR}/cmake/page_none.cpp)
set(PACKWIRE_HAS_PAGE OFF)
if(PACKWIRE_PAGE_FILE)
    if(NOT EXISTS ${PACKWIRE_PAGE_FILE})
        message(FATAL_ERROR "PACKWIRE_PAGE_FILE=${PACKWIRE_PAGE_FILE} is not there: make build makes it")
    endif()
    set(page_source ${PACKWIRE_PAGE_FILE})
elseif(PACKWIRE_PAGE)
    packwire_tool(PACKWIRE_NODE node 18)
    packwire_tool(PACKWIRE_NPM npm 9)
    string(JOIN ", " lacking ${PACKWIRE_NODE_LACK} ${PACKWIRE_NPM_LACK})
    if(lacking STREQUAL "")
        set(PACKWIRE_HAS_PAGE ON)
    elseif(PACKWIRE_PAGE STREQUAL "AUTO")
        message(STATUS "No dashboard in this build: ${lacking} (node >= 18 and npm >= 9 are needed)")
    else()
        message(FATAL_ERROR "The dashboard needs node >= 18 and npm >= 9: ${lacking}. "
            "packaging/deps/ensure web installs them; -DPACKWIRE_PAGE=OFF builds without it.")
    endif()
endif()
if(PACKWIRE_HAS_PAGE)
    set(page_source ${page_dir}/page_assets.cpp)
    packwire_page_sources(page_files)
    add_custom_command(OUTPUT ${page_source}
        COMMAND ${CMAKE_COMMAND} -DFROM=${PROJECT_SOURCE_DIR}/web -DTO=${page_dir} -DNODE=${PACKWIRE_NODE}
            -DNPM=${PACKWIRE_NPM} -DMUST=${PACKWIRE_PAGE} -DNONE=${PROJECT_SOURCE_DIR}/cmake/page_none.cpp
            -P ${PROJECT_SOURCE_DIR}/cmake/make_page.cmake
        DEPENDS ${page_files} ${PROJECT_SOURCE_DIR}/cmake/make_page.cmake ${PROJECT_SOURCE_DIR}/cmake/page_none.cpp
        COMMENT "Dashboard: ${page_dir}/dist"
        VERBATIM)
endif()
add_library(packwire_page STATIC ${page_source})
target_include_directories(packwire_page PUBLIC ${PROJECT_SOURCE_DIR}/src)
