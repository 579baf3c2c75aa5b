// SPDX-License-Identifier: MIT
/// A sink on a broker of the test's own, with packs of the seed.
#pragma once

#include <gtest/gtest.h>

#include <boost/asio/bind_cancellation_slot.hpp>
#include <boost/asio/cancellation_signal.hpp>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <memory>
#include <nlohmann/json.hpp>
#include <string>
#include <vector>

#include "seed.hpp"
#include "sink/mqtt/mqtt_sink.hpp"
#include "support/mqtt_broker.hpp"

namespace packwire::test {

class MqttScene {
public:
    explicit MqttScene(std::string settings = "allow_anonymous true\n") : broker(loop, std::move(settings)) {
        options.broker.host = "127.0.0.1";
        options.broker.port = broker.port();
        options.settle = Duration::zero();
        options.cells_pace = Duration::zero();
        options.birth_delay = std::chrono::milliseconds(50);
    }
    ~MqttScene() { stop(); }
    MqttScene(const MqttScene&) = delete;
    MqttScene& operator=(const MqttScene&) = delete;

    void start() {
        sink = std::make_unique<sink::mqtt::MqttSink>(
            options, time, loop.get_executor(), offload,
            [this](sink::Level, const std::string& line) { log += line + '\n'; });
        stopping = std::make_unique<boost::asio::cancellation_signal>();
        boost::asio::co_spawn(loop, sink->run(),
                              boost::asio::bind_cancellation_slot(
                                  stopping->slot(), [this](std::exception_ptr) { ended = true; }));
        ended = false;
    }
    /// As the daemon ends it.
    void stop() {
        if (!sink) return;
        stopping->emit(boost::asio::cancellation_type::all);
        run_until(loop, [&] { return ended; });
        sink.reset();
    }
    void wait_for_log(const std::string& words) {
        try {
            run_until(loop, [&] { return log.find(words) != std::string::npos; });
        } catch (const std::runtime_error&) {
            throw std::runtime_error("not in the log: " + words + "\n" + log);
        }
    }
    [[nodiscard]] bool has_logged(const std::string& words) const {
        return log.find(words) != std::string::npos;
    }
    /// A bank of one pack.
    [[nodiscard]] bank::Bank bank_of(const SeedPack& pack) const {
        bank::Bank bank;
        bank.site = options.site;
        bank.members.push_back({pack.pack.snapshot.identity.id, pack.pack.freshness});
        bank.set(model::metric("state_of_charge"), 67.0);
        bank.set(model::metric("pack_voltage"), 53.12);
        bank.set(model::metric("pack_current"), -12.5);
        bank.set(model::metric("pack_power"), -664.0);
        bank.set(model::metric("charged_energy"), 12.345);
        bank.set(model::metric("discharged_energy"), 11.0);
        bank.set(model::metric("charge_voltage_limit"), 55.2);
        bank.set(model::metric("charge_mode"), "Bulk");
        return bank;
    }

    boost::asio::io_context loop;
    bus::LoopTime time{loop.get_executor()};
    bus::Offload offload{loop.get_executor()};
    MqttBroker broker;
    sink::mqtt::Options options;
    std::string log;
    std::unique_ptr<boost::asio::cancellation_signal> stopping;
    bool ended = true;
    std::unique_ptr<sink::mqtt::MqttSink> sink;
};

inline constexpr const char* seed_topic = "packwire/home/JD2M02150860_1";

}  // namespace packwire::test
