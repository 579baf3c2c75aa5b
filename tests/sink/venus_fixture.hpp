// SPDX-License-Identifier: MIT
/// The sink with a bank, on a bus of its own. The sink's time is virtual; what is asked over D-Bus takes real
/// time.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>

#include "seed.hpp"
#include "sink/venus/venus_sink.hpp"
#include "support/private_bus.hpp"

namespace packwire::sink::venus {

using namespace std::chrono_literals;
namespace asio = boost::asio;

inline constexpr auto bank_service = "com.victronenergy.battery.packwire_home";
inline const std::string item = "com.victronenergy.BusItem.";

inline bool has(const std::string& text, const std::string& words) {
    return text.find(words) != std::string::npos;
}

/// Limits of a bank that charges.
inline bank::Limits some_limits() {
    bank::Limits limits;
    limits.charge_voltage = 55.2;
    limits.charge_current = 100;
    limits.discharge_current = 120;
    limits.low_voltage = 48;
    limits.charge_mode = "Bulk";
    limits.charge_limitation = "80 charge_current_limit";
    limits.discharge_limitation = "80 discharge_overcurrent_1_alarm_threshold";
    return limits;
}

/// A bank of packs with these ids.
inline bank::Bank a_bank(const std::vector<std::string>& ids) {
    using model::metric;
    bank::Bank bank;
    bank.site = "home";
    for (const auto& id : ids) bank.members.push_back({id, bank::Freshness::fresh});
    bank.limits = some_limits();
    bank.set(metric("pack_voltage"), 53.12);
    bank.set(metric("pack_current"), -10.0);
    bank.set(metric("state_of_charge"), 67.0);
    bank.set(metric("remaining_capacity"), 67.0);
    bank.set(metric("full_charge_capacity"), 100.0);
    bank.set(metric("charge_allowed"), 1.0);
    bank.set(metric("discharge_allowed"), 1.0);
    bank.set(metric("modules"), static_cast<double>(ids.size()));
    bank.set(metric("modules_online"), static_cast<double>(ids.size()));
    bank.set(metric("modules_offline"), 0.0);
    return bank;
}

class VenusFixture : public testing::Test {
protected:
    VenusFixture() : bus(loop), time(loop) {
        options.dbus = bus.address();
        bank = a_bank({first.pack.snapshot.identity.id});
    }

    void start() {
        ended = false;
        sink.emplace(options, time, loop.get_executor(),
                     [this](Level, const std::string& line) { log.push_back(line); });
        asio::co_spawn(
            loop, sink->run(),
            asio::bind_cancellation_slot(cancel.slot(), [this](std::exception_ptr) { ended = true; }));
        time.run_for(0s);
    }
    void stop() {
        cancel.emit(asio::cancellation_type::terminal);
        test::settle(loop);
        ASSERT_TRUE(ended);
    }
    void publish() {
        sink->publish_bank(bank);
        time.run_for(0s);
    }
    void publish(const test::SeedPack& pack) {
        sink->publish(pack.pack);
        time.run_for(0s);
    }
    std::string call(const std::string& path, const std::string& method,
                     const std::vector<std::string>& args = {}) {
        return bus.call(bank_service, path, item + method, args);
    }
    std::string value(const std::string& path, const std::string& service = bank_service) {
        return bus.call(service, path, item + "GetValue");
    }
    /// A round trip of another process: what the service has sent before has arrived then.
    void settle_signals() { (void)call("/", "GetItems"); }
    [[nodiscard]] std::ptrdiff_t logged(const std::string& words) const {
        return std::ranges::count_if(log, [&](const auto& line) { return has(line, words); });
    }
    [[nodiscard]] std::string service_of(const std::string& id) const {
        return std::string(bank_service) + "_" + id;
    }
    template <class Done>
    void until(Done done) {
        test::run_until(loop, done);
    }
    /// The same where `done` asks over the bus: the loop runs while it does.
    template <class Done>
    void while_asking(Done done) {
        const auto end = std::chrono::steady_clock::now() + test::patience;
        while (!done()) ASSERT_LT(std::chrono::steady_clock::now(), end);
    }
    void until_on_bus(const std::string& service) {
        while_asking([&] { return bus.has(service); });
    }

    asio::io_context loop;
    test::PrivateBus bus;
    bus::VirtualTime time;
    test::SeedPack first{"A", 1};
    test::SeedPack second{"B", 2};
    bank::Bank bank;
    Options options;
    std::vector<std::string> log;
    std::optional<VenusSink> sink;
    asio::cancellation_signal cancel;
    bool ended = false;
};

}  // namespace packwire::sink::venus
