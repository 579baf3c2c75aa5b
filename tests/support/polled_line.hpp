// SPDX-License-Identifier: MIT
/// A line in virtual time with scripted packs, a poller, and a diary of what it tells.
#pragma once

#include <gtest/gtest.h>

#include <algorithm>
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <optional>
#include <string>
#include <string_view>
#include <tuple>
#include <utility>
#include <vector>

#include "bus/poller.hpp"
#include "support/run.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {

struct Diary final : bus::PollListener {
    void on_appear(std::uint8_t address) override { appeared.push_back(address); }
    void on_record(std::uint8_t address, const model::Record& record) override {
        records.emplace_back(address, record.service().code);
    }
    void on_failure(std::uint8_t address, const dialect::Service& service, const Error& error) override {
        failures.emplace_back(address, service.code, error.code);
    }
    void on_port(const Result<void>& state) override {
        ports.push_back(state ? "open" : std::string(name(state.error().code)));
    }
    void on_master(bool present) override { masters.push_back(present); }
    void on_overheard(const bus::TapMessage& message) override {
        if (message.record != nullptr) overheard.emplace_back(message.address, message.code);
    }
    void forget() {
        appeared.clear();
        records.clear();
    }
    [[nodiscard]] long count(std::uint8_t address, std::string_view service) const {
        return std::ranges::count(records, std::pair<std::uint8_t, std::string_view>(address, service));
    }
    std::vector<std::uint8_t> appeared;
    std::vector<std::pair<std::uint8_t, std::string_view>> records;
    std::vector<std::tuple<std::uint8_t, std::string_view, Errc>> failures;
    [[nodiscard]] long failed(std::string_view service, Errc code) const {
        return std::ranges::count_if(failures, [&](const auto& one) {
            return std::get<1>(one) == service && std::get<2>(one) == code;
        });
    }
    std::vector<std::string> ports;
    std::vector<bool> masters;
    std::vector<std::pair<std::uint8_t, std::string>> overheard;
};

class PolledLine : public testing::Test {
protected:
    void start(std::vector<std::uint8_t> addresses, Duration interval = std::chrono::seconds(1)) {
        start(bus::poll_plan(dialect::daren::dialect, std::move(addresses), interval));
    }
    void start(bus::PollPlan plan) {
        poller.emplace(line, time, std::move(plan), diary);
        bus::asio::co_spawn(loop, poller->run(), bus::asio::detached);
    }
    /// The pack says nothing to those services.
    void ignore(std::vector<std::string_view> services) {
        bus.tamper = [services](std::string answer, std::string_view service, std::uint8_t) {
            return std::ranges::find(services, service) != services.end() ? std::string() : answer;
        };
    }
    /// The pack answers that service with an RTN.
    void refuse(std::string_view refused, std::uint8_t rtn) {
        bus.tamper = [refused, rtn](std::string answer, std::string_view service, std::uint8_t address) {
            if (service != refused) return answer;
            return wire::encode(dialect::make_answer(dialect::daren::dialect, address, {}, rtn));
        };
    }
    /// When a service was asked.
    [[nodiscard]] std::vector<TimePoint> times(std::string_view service) const {
        std::vector<TimePoint> when;
        for (const auto& question : bus.asked) {
            if (question.service == service) when.push_back(question.when);
        }
        return when;
    }

    bus::asio::io_context loop;
    bus::VirtualTime time{loop};
    MemoryPort port{time};
    ScriptedBus bus{port, time};
    bus::Line line{port, time, dialect::daren::dialect};
    Diary diary;
    std::optional<bus::Poller> poller;
};

}  // namespace packwire::test
