// SPDX-License-Identifier: MIT
#include "support/source_dir.hpp"

namespace packwire::test {

std::filesystem::path source_dir() {
    return PACKWIRE_SOURCE_DIR;
}

}  // namespace packwire::test
