// SPDX-License-Identifier: MIT
/// A service on the bus that is not ours.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "sink/venus/battery_service.hpp"

namespace packwire::test {

/// Says what it is told to. It answers while its loop runs: one that has a loop of its own, which nobody
/// runs, hangs with its name held.
class Stranger {
public:
    using Values = std::vector<std::pair<std::string, sink::venus::Value>>;

    Stranger(boost::asio::io_context& loop, const std::string& address, const std::string& name,
             Values values)
        : values_(std::move(values)) {
        sink::venus::BatteryService::Setup setup;
        setup.name = name;
        setup.dbus = address;
        std::vector<sink::venus::PathSpec> specs;
        for (const auto& [path, value] : values_) {
            auto& spec = specs.emplace_back();
            spec.path = path;
            spec.type = sink::venus::Type::real;
        }
        service_.emplace(std::move(setup), std::move(specs), now(), loop.get_executor());
        service_->appear();
    }
    void say(const std::string& path, const sink::venus::Value& value) {
        for (auto& [known, current] : values_) {
            if (known == path) current = value;
        }
        service_->update(now());
        service_->tell();
    }

private:
    [[nodiscard]] std::vector<sink::venus::Value> now() const {
        std::vector<sink::venus::Value> all;
        for (const auto& [path, value] : values_) all.push_back(value);
        return all;
    }

    Values values_;
    std::optional<sink::venus::BatteryService> service_;
};

}  // namespace packwire::test
