// SPDX-License-Identifier: MIT
/// Packs in good health whose values do not rest, on a line that damages nothing: no reading is lost, and
/// hardly a question is asked twice.
#include <gtest/gtest.h>

#include <map>

#include "support/jittering_pack.hpp"
#include "support/polled_line.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

class Jitter : public PolledLine, public testing::WithParamInterface<JitterProfile> {
protected:
    void jitter(std::uint8_t packs) {
        std::vector<std::uint8_t> addresses;
        for (std::uint8_t address = 1; address <= packs; ++address) {
            addresses.push_back(address);
            bus.packs[address] = {};
            jittering.try_emplace(address, GetParam(), address);
        }
        bus.tamper = [this](std::string answer, std::string_view service, std::uint8_t address) {
            return service == "42" ? jittering.at(address).answer(time.now(), address) : answer;
        };
        start(std::move(addresses));
    }
    [[nodiscard]] std::uint64_t refused() const {
        const auto& counters = line.counters();
        return counters.of(Errc::implausible) + counters.of(Errc::unconfirmed) +
               counters.of(Errc::inconsistent) + counters.of(Errc::out_of_range);
    }
    std::map<std::uint8_t, JitteringPack> jittering;
};

TEST_P(Jitter, CostsNoReadingAndHardlyAQuestion) {
    jitter(1);
    time.run_for(1h);
    EXPECT_TRUE(diary.failures.empty()) << "failed exchanges: " << diary.failures.size();
    const auto readings = diary.count(1, "42");
    EXPECT_GE(readings, 3599);
    EXPECT_LE(static_cast<double>(bus.count("42", 1)), 1.02 * static_cast<double>(readings));
    EXPECT_LE(refused(), 72U);
}

TEST_P(Jitter, CostsNoReadingInTheFirstMinutesOfABank) {
    jitter(4);
    time.run_for(3min);
    EXPECT_TRUE(diary.failures.empty()) << "failed exchanges: " << diary.failures.size();
    for (std::uint8_t address = 1; address <= 4; ++address) EXPECT_GE(diary.count(address, "42"), 175);
}

INSTANTIATE_TEST_SUITE_P(All, Jitter, testing::ValuesIn(jitter_profiles().begin(), jitter_profiles().end()),
                         [](const auto& one) {
                             std::string name;
                             for (const char c : one.param.name) {
                                 if (std::isalnum(static_cast<unsigned char>(c)) != 0) name += c;
                             }
                             return name;
                         });

}  // namespace
}  // namespace packwire::test
