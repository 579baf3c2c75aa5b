// SPDX-License-Identifier: MIT
/// Runs a plan against the real code in virtual time, with the oracle beside it. From bytes: port, line,
/// poller, book, keeper. From records: decoder, book, keeper, without a line and a hundred times faster.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <vector>

#include "support/bank_plan.hpp"
#include "support/limit_oracle.hpp"

namespace packwire::test {

enum class TrialLevel : std::uint8_t { records, bytes };

struct TrialResult {
    std::vector<Complaint> complaints;
    std::uint64_t steps = 0;     ///< banks that were published
    std::uint64_t readings = 0;  ///< good answers of 42
    Duration length{};           ///< virtual time
};
[[nodiscard]] TrialResult run_plan(const BankPlan& plan, TrialLevel level);

/// The plan with every event and pack taken out that the complaint of this law does not need.
[[nodiscard]] BankPlan shrink(BankPlan plan, TrialLevel level, Law law);

/// Plans of one sequence, one after the other, from a first seed on.
struct TrialRuns {
    Sequence sequence{};
    TrialLevel level = TrialLevel::records;
    std::uint64_t first_seed = 1;
    std::uint64_t count = 1;
    Duration length = std::chrono::minutes(20);  ///< of the events; recovery comes after it
};
struct TrialSum {
    std::uint64_t runs = 0;
    std::uint64_t steps = 0;
    std::uint64_t readings = 0;
    Duration length{};
    std::array<std::uint64_t, law_count> broken_in{};  ///< runs with a complaint, by law
    /// The first complaint of each law, with its plan made smaller.
    std::vector<std::string> reports;
    [[nodiscard]] std::uint64_t complaints() const;
};
/// Adds to `sum`. The first complaint of each law is reported with the smallest plan, which takes some ten
/// more runs.
void run_plans(const TrialRuns& runs, TrialSum& sum);

/// PACKWIRE_PROPERTY_RUNS times `usual` / 100: 100 is usual.
[[nodiscard]] std::uint64_t property_runs(std::uint64_t usual);

}  // namespace packwire::test
