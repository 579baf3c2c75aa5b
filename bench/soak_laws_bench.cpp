// SPDX-License-Identifier: MIT
/// Random sequences against the laws of the bank's limits (tests/support/limit_oracle.hpp), for as long as
/// PACKWIRE_SOAK_SECONDS says: thousands of runs of an hour or so, each another seed. PACKWIRE_PROPERTY_SEED
/// is the first. Prints each law that is broken with its smallest plan.
#include <fmt/format.h>

#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <string>

#include "harness.hpp"
#include "support/bank_trial.hpp"

namespace {

using namespace std::chrono_literals;
using namespace packwire;
using test::Sequence;
using test::TrialLevel;

/// One after the other, so that each gets its part of the time.
constexpr auto portions = std::to_array<test::TrialRuns>({
    {.sequence = Sequence::fields, .count = 20, .length = 30min},
    {.sequence = Sequence::incidents, .count = 40, .length = 50min},
    {.sequence = Sequence::foreign, .count = 20, .length = 50min},
    {.sequence = Sequence::fields, .level = TrialLevel::bytes, .count = 1, .length = 10min},
    {.sequence = Sequence::incidents, .level = TrialLevel::bytes, .count = 1, .length = 30min},
});

std::uint64_t first_seed() {
    const auto* text = std::getenv("PACKWIRE_PROPERTY_SEED");
    return text != nullptr ? std::strtoull(text, nullptr, 10) : 1'000'000;
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "soak_laws")) return 0;
    const auto end = std::chrono::steady_clock::now() + bench::soak_length();
    test::TrialSum sum;
    auto seed = first_seed();
    while (std::chrono::steady_clock::now() < end) {
        for (auto portion : portions) {
            if (std::chrono::steady_clock::now() >= end) break;
            portion.first_seed = seed;
            seed += portion.count;
            test::run_plans(portion, sum);
        }
    }
    for (const auto& report : sum.reports) fmt::print(stderr, "{}", report);
    const auto hours = std::chrono::duration<double, std::ratio<3600>>(sum.length).count();
    std::string note = fmt::format("{} runs, {:.0f} h of virtual time, {} readings, {} steps, {} complaints",
                                   sum.runs, hours, sum.readings, sum.steps, sum.complaints());
    for (std::size_t law = 0; law < test::law_count; ++law) {
        if (sum.broken_in[law] == 0) continue;
        note += fmt::format("; {} in {} runs", test::name(static_cast<test::Law>(law)), sum.broken_in[law]);
    }
    bench::print({.bench = "soak_laws",
                  .value = static_cast<double>(sum.complaints()),
                  .unit = "complaints",
                  .limit = 0,
                  .note = note});
    return sum.complaints() == 0 ? 0 : 1;
}
