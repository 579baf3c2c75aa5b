// SPDX-License-Identifier: MIT
/// Packs in parallel as one battery, as sinks are told of it. Made by bank/keeper from the newest of each
/// pack. Source: bank 2, 5, 6, 7.
#pragma once

#include <array>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bank/finding.hpp"
#include "bank/loss.hpp"
#include "model/alarm.hpp"
#include "model/metric.hpp"

namespace packwire::bank {

/// What chargers and inverters are told; valid numbers always, changed together. Source: bank 6.
struct Limits {
    double charge_voltage = 0;     ///< CVL, V
    double charge_current = 0;     ///< CCL, A
    double discharge_current = 0;  ///< DCL, A, positive
    double low_voltage = 0;        ///< BatteryLowVoltage, V
    bool charge_request = false;
    std::string charge_mode;           ///< "Bulk", "Absorption", …, with the rule that holds CVL
    std::string charge_limitation;     ///< the rule that holds CCL
    std::string discharge_limitation;  ///< the rule that holds DCL
    bool operator==(const Limits&) const = default;
};

/// A pack of the bank, by the name that people see.
struct Member {
    std::string id;
    Freshness freshness = Freshness::fresh;
    bool operator==(const Member&) const = default;
};

/// The bank at one moment. Values are copies; it may be kept.
class Bank {
public:
    std::string site;
    TimePoint when{};
    WallTime at{};
    Freshness freshness = Freshness::fresh;
    std::vector<Member> members;
    /// Absent: a monitor; `monitor_reason` says why, in words.
    std::optional<Limits> limits;
    std::string monitor_reason;
    model::AlarmLevels alarms{};
    /// How often an owner has cleared parts of the history: totals of before are no floor for those of now.
    std::uint64_t history_clears = 0;
    /// What an owner should look into, in no particular order.
    std::vector<Finding> findings;

    /// Quantities of the catalogue with scope bank or both, limits among them; absent while unknown, stale or
    /// lost. With a single pack also its cells, sensors and identity.
    [[nodiscard]] std::optional<double> value(model::Metric metric, std::size_t i = 0) const;
    [[nodiscard]] std::string text(model::Metric metric) const;
    /// How many values a quantity has; 0 when absent.
    [[nodiscard]] std::size_t count(model::Metric metric) const;

    void set(model::Metric metric, std::optional<double> value, std::size_t i = 0);
    void set(model::Metric metric, std::string text);

private:
    std::map<std::uint8_t, std::vector<std::optional<double>>> numbers_;
    std::map<std::uint8_t, std::string> texts_;
};

}  // namespace packwire::bank
