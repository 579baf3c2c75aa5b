// SPDX-License-Identifier: MIT
/// What a pack remembers: records of its state and a log of events, out of its own physics.
#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/clock.hpp"
#include "sim/pack.hpp"
#include "sim/ring.hpp"

namespace packwire::sim {

/// A record of service 4B.
struct HistoryEntry {
    WallTime time{};
    std::vector<std::string_view> events;  ///< what happened, by the names of protocol 4.10; never empty
    std::vector<std::string_view>
        flags;                  ///< set in alarm_flags and protection_flags. Source: protocol 4.8, 4.9
    double pack_voltage = 0;    ///< V
    double pack_current = 0;    ///< A, charge is positive
    unsigned charge_count = 0;  ///< times that it was charged
    unsigned discharge_count = 0;
    double state_of_health = 0;  ///< %
    double state_of_charge = 0;  ///< %
    bool charge_mosfet_on = true;
    bool discharge_mosfet_on = true;
    double full_charge_ah = 0;
    double ambient_temperature = 0;  ///< °C
    double mosfet_temperature = 0;
    std::vector<std::uint16_t> cell_millivolts{};
    std::vector<float> cell_temperature{};
};

/// A record of service 4C.
struct EventEntry {
    WallTime time{};
    std::string_view type;  ///< of protocol 4.11
    unsigned rank = 0;      ///< 0 normal, 1 and 2 alarms, 9 and 10 protections
    bool occurred = true;   ///< else it is over
    std::uint8_t number = 0;
    std::int32_t data = 0;       ///< the value at the event, in the words of service 80
    std::int32_t reference = 0;  ///< the threshold, or what it was released at
};

/// More than this a pack does not remember.
inline constexpr std::size_t history_capacity = 5000;
inline constexpr std::size_t event_capacity = 1000;

class Logbook {
public:
    explicit Logbook(std::size_t records = history_capacity, std::size_t events = event_capacity)
        : history_(records), events_(events) {}
    /// Whether a record has room for several events (version 1 of protocol 3.7); else each has its own.
    void set_event_lists(bool there) { event_lists_ = there; }

    /// The pack has (re)started: what held before is forgotten, and that is remembered.
    void start(const Pack& pack, WallTime now);
    /// After each tick: notes what has changed since the last one, and what is due.
    void observe(const Pack& pack, WallTime now);
    /// The state of the pack is what it is, and nobody need know how it came to that.
    void catch_up(const Pack& pack);

    [[nodiscard]] const Ring<HistoryEntry>& history() const { return history_; }
    [[nodiscard]] const Ring<EventEntry>& events() const { return events_; }
    /// Forgets the oldest until at most so many are left.
    void keep_newest(std::size_t records);
    /// How often the pack was charged and discharged before the book was begun.
    void set_counts(unsigned charges, unsigned discharges);
    [[nodiscard]] unsigned charge_count() const { return charge_count_; }
    [[nodiscard]] unsigned discharge_count() const { return discharge_count_; }

private:
    void note_limits(const Pack& pack, WallTime now, std::vector<std::string_view>& happened);
    void note_current(const Pack& pack, WallTime now, std::vector<std::string_view>& happened);
    void log(EventEntry entry);
    void record(const Pack& pack, WallTime now, const std::vector<std::string_view>& happened);
    void add(const Pack& pack, WallTime now, std::vector<std::string_view> happened);

    Ring<HistoryEntry> history_;
    Ring<EventEntry> events_;
    std::vector<bool> tripped_;  ///< by limit, at the last tick
    bool event_lists_ = true;
    bool charging_ = false;
    bool discharging_ = false;
    unsigned charge_count_ = 0;
    unsigned discharge_count_ = 0;
    std::uint8_t number_ = 0;  ///< of the last event
    WallTime recorded_at_{};   ///< the last periodic record
};

}  // namespace packwire::sim
