// SPDX-License-Identifier: MIT
/// What a reading of one of 15 packs costs the bank: aggregate, limits, alarms and history.
#include <list>

#include "bank/fake_pack.hpp"
#include "bank/keeper.hpp"
#include "harness.hpp"

int main(int argc, char** argv) {
    using namespace packwire;
    if (!bench::wanted(argc, argv, "bank_step")) return 0;
    constexpr std::uint8_t count = 15;
    constexpr double worth_a_second = 2000;  // 15 packs a second take under 1 % of the loop
    TimePoint now{std::chrono::hours(1)};
    std::list<test::FakePack> packs;
    bank::Keeper keeper({.control = true});
    for (std::uint8_t i = 1; i <= count; ++i) {
        auto& pack = packs.emplace_back("PACK" + std::to_string(i), i);
        keeper.on_pack(pack.cells(3.3).mosfets(true, true).read_all(now).pack);
    }
    const auto measured = bench::measure(count, [&] {
        for (auto& pack : packs) {
            now += std::chrono::milliseconds(66);
            pack.pack.last_good = now;
            keeper.on_pack(pack.pack);
            const auto bank = keeper.step(now, {});
            bench::keep(&bank);
        }
    });
    bench::print({.bench = "bank_step",
                  .value = measured.per_second,
                  .unit = "readings/s",
                  .limit = worth_a_second,
                  .note = "15 packs; a copy of the pack, and the bank anew; one core"});
    return 0;
}
