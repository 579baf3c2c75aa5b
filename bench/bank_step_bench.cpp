// SPDX-License-Identifier: MIT
/// What a reading of one pack costs the bank: aggregate, limits, alarms and history. With 4 packs and
/// with 15.
#include <fmt/format.h>

#include <list>
#include <string>

#include "bank/fake_pack.hpp"
#include "bank/keeper.hpp"
#include "harness.hpp"

namespace {

using namespace packwire;

bench::Measured readings_of(std::uint8_t count) {
    TimePoint now{std::chrono::hours(1)};
    std::list<test::FakePack> packs;
    bank::Keeper keeper({.control = true});
    for (std::uint8_t i = 1; i <= count; ++i) {
        auto& pack = packs.emplace_back("PACK" + std::to_string(i), i);
        keeper.on_pack(pack.cells(3.3).mosfets(true, true).read_all(now).pack);
    }
    const auto pause = std::chrono::milliseconds(1000) / count;
    return bench::measure(count, [&] {
        for (auto& pack : packs) {
            now += pause;
            pack.pack.last_good = now;
            keeper.on_pack(pack.pack);
            const auto bank = keeper.step(now, {});
            bench::keep(&bank);
        }
    });
}

}  // namespace

int main(int argc, char** argv) {
    if (!bench::wanted(argc, argv, "bank_step")) return 0;
    constexpr double worth_a_second = 2000;  // 15 packs a second take under 1 % of the loop
    const auto four = readings_of(4);
    bench::print({.bench = "bank_step_4",
                  .value = 1e9 / four.per_second,
                  .unit = "ns/reading",
                  .note = "4 packs; a copy of the pack, and the bank anew; one core"});
    const auto many = readings_of(15);
    bench::print({.bench = "bank_step_15",
                  .value = 1e9 / many.per_second,
                  .unit = "ns/reading",
                  .note = "15 packs; likewise"});
    bench::print({.bench = "bank_step",
                  .value = many.per_second,
                  .unit = "readings/s",
                  .limit = worth_a_second,
                  .note = "15 packs; a copy of the pack, and the bank anew; one core"});
    return 0;
}
