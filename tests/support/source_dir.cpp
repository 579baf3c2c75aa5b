// SPDX-License-Identifier: MIT
#include "support/source_dir.hpp"

#include <fstream>
#include <iterator>

namespace packwire::test {

std::filesystem::path source_dir() {
    return PACKWIRE_SOURCE_DIR;
}

std::string source_text(const std::string& name) {
    std::ifstream in(source_dir() / name);
    return {std::istreambuf_iterator<char>(in), {}};
}

}  // namespace packwire::test
