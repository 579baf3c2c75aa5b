// SPDX-License-Identifier: MIT
/// Four packs and their bank on a private bus, with values that change at every reading as those of packs
/// under load do.
#pragma once

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>
#include <string>
#include <vector>

#include "sink/seed.hpp"
#include "sink/venus/venus_sink.hpp"
#include "support/private_bus.hpp"

namespace packwire::bench {

class DbusScene {
public:
    static constexpr int packs = 4;

    DbusScene(boost::asio::io_context& loop, test::PrivateBus& bus, bus::Time& time) {
        for (int i = 0; i < packs; ++i)
            packs_.emplace_back("P" + std::to_string(i + 1), static_cast<std::uint8_t>(i + 1));
        sink::venus::Options options;
        options.dbus = bus.address();
        sink_ = std::make_unique<sink::venus::VenusSink>(std::move(options), time, loop.get_executor(),
                                                         sink::Log{});
        boost::asio::co_spawn(loop, sink_->run(), boost::asio::detached);
    }

    static std::vector<std::string> services() {
        const std::string bank = "com.victronenergy.battery.packwire_home";
        return {bank, bank + "_P1", bank + "_P2", bank + "_P3", bank + "_P4"};
    }

    /// One pack answered.
    void read_next() {
        auto& pack = packs_[static_cast<std::size_t>(++round_ % packs)];
        const auto wave = static_cast<std::int32_t>(round_ * 7919 % 100);
        std::vector<test::Change> changes{{"pack_current", -1000 - wave},
                                          {"pack_voltage", 5300 + wave % 10},
                                          {"state_of_charge", 6700 - round_ / 100},
                                          {"remaining_capacity", 5360 - round_ / 100}};
        for (std::size_t cell = 0; cell < 16; ++cell)
            changes.push_back({"cell_voltage", 3320 + (wave + static_cast<std::int32_t>(cell)) % 5, cell});
        pack.read_live(changes);
        sink_->publish(pack.pack);
        sink_->publish_bank(bank(wave));
    }

private:
    [[nodiscard]] bank::Bank bank(int wave) const {
        using model::metric;
        bank::Bank bank;
        bank.site = "home";
        for (const auto& pack : packs_)
            bank.members.push_back({pack.pack.snapshot.identity.id, bank::Freshness::fresh});
        bank.limits.emplace();
        bank.limits->charge_voltage = 55.2;
        bank.limits->charge_current = 200.0 - wave;
        bank.limits->discharge_current = 200;
        bank.set(metric("pack_voltage"), 53.0 + 0.01 * (wave % 10));
        bank.set(metric("pack_current"), -40 - 0.01 * wave);
        bank.set(metric("state_of_charge"), 67 - round_ / 10000.0);
        bank.set(metric("remaining_capacity"), 214.4 - round_ / 10000.0);
        bank.set(metric("full_charge_capacity"), 320.0);
        bank.set(metric("charge_allowed"), 1.0);
        bank.set(metric("discharge_allowed"), 1.0);
        return bank;
    }

    std::vector<test::SeedPack> packs_;
    std::unique_ptr<sink::venus::VenusSink> sink_;
    int round_ = 0;
};

}  // namespace packwire::bench
