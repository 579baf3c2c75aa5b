// SPDX-License-Identifier: MIT
#include "support/document.hpp"

#include <gtest/gtest.h>

#include <cstdlib>
#include <fstream>
#include <iterator>

#include "support/source_dir.hpp"

namespace packwire::test {

void expect_in_document(std::string_view file, std::string_view begin, std::string_view end,
                        const std::string& made, std::string_view how) {
    const auto path = source_dir() / file;
    std::ifstream in(path);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto mark = text.find(begin);
    const auto to = text.find(end);
    ASSERT_NE(mark, std::string::npos) << file;
    ASSERT_NE(to, std::string::npos) << file;
    const auto from = text.find('\n', mark) + 1;
    ASSERT_LE(from, to) << file;
    if (std::getenv("PACKWIRE_WRITE_DOCS") != nullptr) {  // NOLINT(concurrency-mt-unsafe)
        text.replace(from, to - from, made);
        std::ofstream(path) << text;
        return;
    }
    // Not EXPECT_EQ: it would print both, whole.
    EXPECT_TRUE(text.substr(from, to - from) == made)
        << file << " is out of date; PACKWIRE_WRITE_DOCS=1 " << how;
}

}  // namespace packwire::test
