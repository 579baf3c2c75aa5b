// SPDX-License-Identifier: MIT
/// What happened, seen from one reading to the next: alarms, losses, other rules, other settings. Pure.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <vector>

#include "bank/alarms.hpp"
#include "bank/bank.hpp"
#include "bank/pack.hpp"
#include "store/archive.hpp"

namespace packwire::store {

/// Now, on both clocks.
struct Now {
    TimePoint time{};
    WallTime wall{};
};

/// What flaps is told seldom: alarms of packs wait as those of the bank do (bank 9); a limit must be held by
/// another rule for 20 s, and the next change is told 2 min later at the earliest; of short silences one in
/// ten minutes is told.
class Witness {
public:
    /// Settings as last known. Before this, settings are not compared.
    void recall(const std::vector<Setting>& settings);
    void take(const bank::Pack& pack, Now now);
    void take(const bank::Bank& bank, Now now);

    /// What happened since the last call.
    [[nodiscard]] std::vector<Event> events() { return std::exchange(events_, {}); }
    /// Settings that are new or other since the last call.
    [[nodiscard]] std::vector<Setting> settings() { return std::exchange(settings_, {}); }

private:
    struct Device {
        bank::Alarms alarms{bank::AlarmSettings{}};
        model::AlarmLevels levels{};
        bank::Freshness told = bank::Freshness::fresh;
        std::optional<TimePoint> told_stale;
        TimePoint last_good{};
        std::map<std::uint8_t, TimePoint> read;  ///< settings, by metric
    };
    /// Words that say which rule holds.
    struct Words {
        std::string told;
        std::string candidate;
        TimePoint since{};
        std::optional<TimePoint> told_at;
    };
    void compare_alarms(const std::string& device, model::AlarmLevels& before,
                        const model::AlarmLevels& levels, WallTime at);
    void compare_freshness(const bank::Pack& pack, Device& device, Now now);
    void compare_settings(const bank::Pack& pack, Device& device, Now now);
    void compare_setting(const std::string& id, model::Metric metric, double value, WallTime at);
    void compare_words(std::string_view name, std::string_view label, const std::string& words, Now now);

    std::map<std::string, Device> devices_;
    model::AlarmLevels bank_levels_{};
    std::map<std::string, Words, std::less<>> words_;
    bool recalled_ = false;
    std::map<std::pair<std::string, std::uint8_t>, double> known_;  ///< settings
    std::vector<Event> events_;
    std::vector<Setting> settings_;
};

}  // namespace packwire::store
