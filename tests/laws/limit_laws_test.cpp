// SPDX-License-Identifier: MIT
/// Random sequences against the laws of bank.md, as support/limit_oracle.hpp states them. What is broken is
/// named by its law, with the seed and the smallest plan. PACKWIRE_PROPERTY_RUNS: percent of the usual number
/// of runs; PACKWIRE_PROPERTY_SEED: the first seed.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <cstdlib>

#include "support/bank_trial.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

std::uint64_t first_seed() {
    const auto* text = std::getenv("PACKWIRE_PROPERTY_SEED");
    return text != nullptr ? std::strtoull(text, nullptr, 10) : 1;
}

void expect_lawful(Sequence sequence, TrialLevel level, std::uint64_t usual_runs, Duration length) {
    TrialSum sum;
    run_plans({.sequence = sequence,
               .level = level,
               .first_seed = first_seed(),
               .count = property_runs(usual_runs),
               .length = length},
              sum);
    fmt::print("{} runs, {:.1f} h, {} readings, {} steps\n", sum.runs,
               std::chrono::duration<double, std::ratio<3600>>(sum.length).count(), sum.readings, sum.steps);
    for (std::size_t law = 0; law < law_count; ++law) {
        if (sum.broken_in[law] > 0)
            fmt::print("{}: in {} runs\n", name(static_cast<Law>(law)), sum.broken_in[law]);
    }
    for (const auto& report : sum.reports) ADD_FAILURE() << report;
    EXPECT_GT(sum.steps, sum.runs * 100) << "limits were published";
}

TEST(LimitLaws, SingleFieldsOfGoodFrames) {
    expect_lawful(Sequence::fields, TrialLevel::records, 10, 20min);
}

TEST(LimitLaws, LossDamageAndPhysics) {
    expect_lawful(Sequence::incidents, TrialLevel::records, 4, 40min);
}

TEST(LimitLaws, OthersThatLie) {
    expect_lawful(Sequence::foreign, TrialLevel::records, 6, 40min);
}

TEST(LimitLaws, SingleFieldsFromBytes) {
    expect_lawful(Sequence::fields, TrialLevel::bytes, 1, 4min);
}

TEST(LimitLaws, LossDamageAndPhysicsFromBytes) {
    expect_lawful(Sequence::incidents, TrialLevel::bytes, 2, 6min);
}

}  // namespace
}  // namespace packwire::test
