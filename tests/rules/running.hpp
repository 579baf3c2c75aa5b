// SPDX-License-Identifier: MIT
/// A runner on real time, with a rule about the bank's state of charge.
#pragma once

#include <algorithm>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "bus/tasks.hpp"
#include "rules/runner.hpp"
#include "support/run.hpp"

namespace packwire::rules {

using namespace std::chrono_literals;

inline Rule rule() {
    Rule made;
    made.name = "boiler";
    made.when = *parse_condition("bank.state_of_charge >= 95");
    made.until = *parse_condition("bank.state_of_charge < 85");
    made.minimum_on = 0s;
    made.minimum_off = 0s;
    return made;
}

inline bank::Bank bank_with(std::optional<double> soc) {
    bank::Bank bank;
    bank.set(model::metric("state_of_charge"), soc);
    return bank;
}

/// A runner on real time.
class Running {
public:
    explicit Running(Options options) : offload(loop.get_executor()), time(loop.get_executor()) {
        runner.emplace(std::move(options), time, loop.get_executor(), offload,
                       [this](bool, const std::string& line) { log.push_back(line); });
        tasks.emplace(loop.get_executor());
        tasks->spawn(runner->run());
    }
    Running(const Running&) = delete;
    Running& operator=(const Running&) = delete;
    ~Running() {
        if (tasks) tasks->stop();
        test::settle(loop);
    }
    void soc(std::optional<double> value) { runner->publish_bank(bank_with(value)); }
    void wait(const std::function<bool()>& done) { test::run_until(loop, done); }
    /// As the daemon ends: the loop runs out.
    void stop() {
        tasks->stop();
        if (loop.stopped()) loop.restart();
        loop.run();
        tasks.reset();
    }
    [[nodiscard]] ActionStatus action() const { return runner->status().front().actions.front(); }
    [[nodiscard]] bool said(const std::string& words) const {
        return std::ranges::any_of(log,
                                   [&](const auto& line) { return line.find(words) != std::string::npos; });
    }

    bus::asio::io_context loop{1};
    bus::Offload offload;
    bus::LoopTime time;
    std::vector<std::string> log;
    std::optional<Runner> runner;
    std::optional<bus::Tasks> tasks;
};

inline Options options_of(Rule made) {
    Options options;
    options.rules.push_back(std::move(made));
    return options;
}

}  // namespace packwire::rules
