// SPDX-License-Identifier: MIT
/// A libFuzzer program; which target it runs is said by the build.
#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    packwire::fuzz::PACKWIRE_FUZZ_TARGET({data, size});
    return 0;
}
