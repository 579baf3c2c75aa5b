// SPDX-License-Identifier: MIT
/// The fault matrix. docs/reliability.md has its results; to renew them, run this program with
/// PACKWIRE_WRITE_DOCS=1 in the environment.
#include "support/fault_matrix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>
#include <cstdlib>
#include <fstream>
#include <iterator>

#include "support/source_dir.hpp"

namespace packwire::test {
namespace {

class Faults : public testing::TestWithParam<Fault> {};

TEST_P(Faults, AreCountedHarmlessAndOver) {
    const auto result = inject(GetParam());
    EXPECT_EQ(result.wrong, 0U);
    EXPECT_GT(result.counted, 0U) << GetParam().counter;
    EXPECT_LE(result.recovery, GetParam().goal)
        << std::chrono::duration<double>(result.recovery).count() << " s";
}

INSTANTIATE_TEST_SUITE_P(All, Faults, testing::ValuesIn(all_faults().begin(), all_faults().end()),
                         [](const auto& one) {
                             std::string name(one.param.name);
                             std::ranges::replace_if(
                                 name, [](unsigned char c) { return !std::isalnum(c); }, '_');
                             return name;
                         });

constexpr std::string_view begin_mark =
    "<!-- fault matrix: written by test_bus with PACKWIRE_WRITE_DOCS=1 -->\n";
constexpr std::string_view end_mark = "<!-- end of the fault matrix -->\n";

TEST(FaultMatrix, IsAsTheDocumentSays) {
    const auto path = source_dir() / "docs/reliability.md";
    std::ifstream in(path);
    std::string text{std::istreambuf_iterator<char>(in), {}};
    const auto begin = text.find(begin_mark);
    const auto end = text.find(end_mark);
    ASSERT_NE(begin, std::string::npos);
    ASSERT_NE(end, std::string::npos);
    std::vector<FaultResult> results;
    for (const auto& fault : all_faults()) results.push_back(inject(fault));
    const auto from = begin + begin_mark.size();
    const auto made = fault_table(results);
    if (std::getenv("PACKWIRE_WRITE_DOCS") != nullptr) {
        text.replace(from, end - from, made);
        std::ofstream(path) << text;
        return;
    }
    EXPECT_EQ(text.substr(from, end - from), made)
        << "docs/reliability.md is out of date; PACKWIRE_WRITE_DOCS=1 build/asan/tests/test_bus "
           "--gtest_filter=FaultMatrix.*";
}

}  // namespace
}  // namespace packwire::test
