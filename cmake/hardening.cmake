# What makes a defect of ours harder to use, in every build that is installed (not in Debug, which has sanitizers
# instead). tests/hardening checks the binary, so a flag that gets lost is noticed. Debian's own flags come before
# these, and say less.
#   PIE, full RELRO, no lazy binding, no executable stack, code in segments of its own
#   a canary in functions with arrays, the stack probed page by page, _FORTIFY_SOURCE 3
#   CET on x86 (branches land and calls return only where they should), BTI and PAC on arm64
option(PACKWIRE_HARDENING "Compiler and linker hardening outside Debug" ON)

function(packwire_harden)
    if(CMAKE_SYSTEM_PROCESSOR MATCHES "x86_64|amd64|i.86")
        set(branches -fcf-protection=full)
    elseif(CMAKE_SYSTEM_PROCESSOR MATCHES "aarch64|arm64")
        set(branches -mbranch-protection=standard)
    endif()
    set(outside_debug $<AND:$<COMPILE_LANGUAGE:CXX>,$<NOT:$<CONFIG:Debug>>>)
    # -U first: Debian's flags have a level of their own. -fPIE also for libraries: all of them end in programs.
    foreach(flag -fPIE -fstack-protector-strong -fstack-clash-protection ${branches} -U_FORTIFY_SOURCE
            -D_FORTIFY_SOURCE=3)
        add_compile_options($<${outside_debug}:${flag}>)
    endforeach()
    foreach(flag -pie -Wl,-z,relro -Wl,-z,now -Wl,-z,noexecstack -Wl,-z,separate-code)
        add_link_options($<$<NOT:$<CONFIG:Debug>>:${flag}>)
    endforeach()
endfunction()

if(PACKWIRE_HARDENING AND NOT PACKWIRE_FUZZ)
    packwire_harden()
endif()
