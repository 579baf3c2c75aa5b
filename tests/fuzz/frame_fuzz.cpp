// SPDX-License-Identifier: MIT
#include "fuzz/targets.hpp"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    packwire::fuzz::frame({data, size});
    return 0;
}
