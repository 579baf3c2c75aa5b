// SPDX-License-Identifier: MIT
/// The fault matrix. docs/reliability.md has its results; to renew them, run this program with
/// PACKWIRE_WRITE_DOCS=1 in the environment.
#include "support/fault_matrix.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cctype>

#include "support/document.hpp"

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

TEST(FaultMatrix, IsAsTheDocumentSays) {
    std::vector<FaultResult> results;
    for (const auto& fault : all_faults()) results.push_back(inject(fault));
    expect_in_document("docs/reliability.md", "<!-- fault matrix:", "<!-- end of the fault matrix -->",
                       fault_table(results), "build/asan/tests/test_bus --gtest_filter=FaultMatrix.*");
}

}  // namespace
}  // namespace packwire::test
