# cmake -DFROM=web -DTO=dir -DNODE=… -DNPM=… -DMUST=ON|AUTO -DNONE=page_none.cpp -P make_page.cmake
# Copies the sources, gets what they need, builds the page and writes TO/page_assets.cpp. See web_page.cmake.

# Whatever goes wrong ends the build with MUST=ON; else the program is built without the page, and that is said.
function(give_up what log)
    file(READ ${log} said)
    if(MUST STREQUAL "AUTO")
        message(WARNING "No dashboard in this build: ${what} failed (${log})\n${said}")
        file(COPY_FILE ${NONE} ${TO}/page_assets.cpp)
        file(TOUCH_NOCREATE ${TO}/page_assets.cpp)
    else()
        message(FATAL_ERROR "${what} failed; -DPACKWIRE_PAGE=OFF builds without the dashboard\n${said}")
    endif()
endfunction()

function(run what result)
    execute_process(COMMAND ${ARGN} WORKING_DIRECTORY ${TO}
        OUTPUT_FILE ${TO}/${what}.log ERROR_FILE ${TO}/${what}.log RESULT_VARIABLE code)
    if(NOT code EQUAL 0)
        give_up("${what}" ${TO}/${what}.log)
    endif()
    set(${result} ${code} PARENT_SCOPE)
endfunction()

file(MAKE_DIRECTORY ${TO})
# A file that is gone from the sources must be gone here, too.
file(REMOVE_RECURSE ${TO}/src ${TO}/test ${TO}/public ${TO}/bench)
file(COPY ${FROM}/ DESTINATION ${TO} PATTERN node_modules EXCLUDE)

file(SHA256 ${FROM}/package-lock.json lock)
set(installed "")
if(EXISTS ${TO}/installed.stamp)
    file(READ ${TO}/installed.stamp installed)
endif()
if(NOT installed STREQUAL lock)
    run(npm-ci code ${NPM} ci --ignore-scripts --no-audit --no-fund --prefer-offline)
    if(NOT code EQUAL 0)
        return()
    endif()
    file(WRITE ${TO}/installed.stamp ${lock})
endif()
run(npm-build code ${CMAKE_COMMAND} -E env PACKWIRE_PAGE_DIR=${TO}/dist ${NPM} run build)
if(code EQUAL 0)
    run(embed code ${NODE} embed.mjs dist page_assets.cpp)
endif()
