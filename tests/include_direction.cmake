# Fails when a file of src/ includes what is not to its left (design.md section 2), or when a third-party header
# leaves the folder that needs it. Run: cmake -DROOT=src -P tests/include_direction.cmake
set(rank 0)
foreach(folder base wire model dialect bus bank store)
    set(rank_${folder} ${rank})
    math(EXPR rank "${rank} + 1")
endforeach()
foreach(folder sink rules sim) # side by side: none includes another
    set(rank_${folder} ${rank})
endforeach()
math(EXPR rank_app "${rank} + 1")

# A header, and the only places that may include it (a unit, as unit_of says).
set(third_party
    "^boost/beast" "^sink/web$"
    "^boost/asio/ssl" "^sink/web$"
    "^prometheus/" "^sink/web$"
    "^boost/" "^(bus|bank|store|sink|sink/.+|rules|sim|app)$"
    "^sdbus-c\\+\\+/" "^sink/venus$"
    "^(mosquitto|mqtt_protocol)" "^sink/mqtt$"
    "^(sqlite3|SQLiteCpp/|libpq)" "^store$"
    "^curl/" "^rules$"
    "^gpiod" "^rules$"
    "^CLI/" "^app$"
    "^toml(\\+\\+/|\\.h)" "^app$")

# src/bus/port.hpp belongs to "bus"; src/sink/venus/x.hpp to "sink/venus", src/sink/sink.hpp to "sink".
function(unit_of path result)
    if(path MATCHES "^(sink/[^/]+|[^/]+)/")
        set(${result} ${CMAKE_MATCH_1} PARENT_SCOPE)
    else()
        set(${result} "" PARENT_SCOPE)
    endif()
endfunction()

set(faults "")
macro(fault text)
    string(APPEND faults "  src/${file}: ${text}\n")
endmacro()

function(check_ours file header)
    unit_of(${file} from)
    unit_of(${header} to)
    string(REGEX REPLACE "/.*" "" from_folder ${from})
    string(REGEX REPLACE "/.*" "" to_folder ${to})
    if(from STREQUAL to OR rank_${to_folder} LESS rank_${from_folder})
        return()
    elseif(from_folder STREQUAL to_folder AND to STREQUAL to_folder)
        return() # a sink uses what all sinks share
    endif()
    fault("\"${header}\" is not to the left of ${from}/")
    set(faults "${faults}" PARENT_SCOPE)
endfunction()

function(check_third_party file header)
    unit_of(${file} from)
    set(rules ${third_party})
    while(rules)
        list(POP_FRONT rules pattern places)
        if(header MATCHES "${pattern}")
            if(NOT from MATCHES "${places}")
                fault("<${header}> does not belong into ${from}/")
            endif()
            break() # the first that fits: boost/beast before boost
        endif()
    endwhile()
    if(header STREQUAL "nlohmann/json.hpp" AND file MATCHES "\\.hpp$")
        fault("<${header}> in a header costs every reader of it seconds; use <nlohmann/json_fwd.hpp>")
    endif()
    set(faults "${faults}" PARENT_SCOPE)
endfunction()

get_filename_component(ROOT ${ROOT} ABSOLUTE)
file(GLOB_RECURSE files RELATIVE ${ROOT} ${ROOT}/*.cpp ${ROOT}/*.hpp)
foreach(file IN LISTS files)
    string(REGEX REPLACE "/.*" "" folder ${file})
    if(NOT DEFINED rank_${folder})
        fault("no such folder in design.md section 2")
        continue()
    endif()
    file(STRINGS ${ROOT}/${file} lines REGEX "^[ \t]*#[ \t]*include[ \t]*[<\"]")
    foreach(line IN LISTS lines)
        string(REGEX MATCH "[<\"]([^>\"]+)[>\"]" quoted "${line}")
        set(header ${CMAKE_MATCH_1})
        string(REGEX REPLACE "/.*" "" folder ${header})
        if(header MATCHES "/" AND DEFINED rank_${folder})
            check_ours(${file} ${header})
        elseif(quoted MATCHES "^\"")
            fault("\"${header}\" is not written from src/, as in \"wire/frame.hpp\"")
        else()
            check_third_party(${file} ${header})
        endif()
    endforeach()
endforeach()

list(LENGTH files count)
if(count EQUAL 0)
    message(FATAL_ERROR "no files under ${ROOT}")
elseif(faults)
    message(FATAL_ERROR "includes that point the wrong way:\n${faults}")
endif()
message(STATUS "${count} files, every include points left")
