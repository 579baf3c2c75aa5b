// SPDX-License-Identifier: MIT
/// What the sink is told once, and how it speaks to whoever keeps the bank.
#pragma once

#include <cstdint>
#include <filesystem>
#include <functional>
#include <optional>
#include <string>

#include "bank/bank.hpp"
#include "base/clock.hpp"
#include "bus/offload.hpp"

namespace packwire::sink::venus {

/// Not Victron's and none that systemcalc treats in a special way. Source: bank 2.
inline constexpr std::int32_t default_product_id = 0xBFFE;

/// Which services there are. Source: bank 2.
enum class Layout : std::uint8_t {
    bank,           ///< the bank, and packs beside it when there is more than one
    packs,          ///< each pack a monitor, no bank: for a daemon that keeps none
    serialbattery,  ///< each pack a BMS, as dbus-serialbattery has it; no bank. For existing aggregators
};

/// What a user holds shut on D-Bus. Both only tighten. Source: bank 12.
struct Switches {
    bool force_charging_off = false;
    bool force_discharging_off = false;
    bool full_charge = false;  ///< a full charge was asked for and is not done yet
    bool operator==(const Switches&) const = default;
};

/// What an external shunt measures; absent: not read, or its service has gone.
struct Shunt {
    std::optional<double> state_of_charge;  ///< %
    std::optional<double> current;          ///< A, charging > 0
    bool operator==(const Shunt&) const = default;
};

/// Where the shunt is. Empty: none. Source: bank 12.
struct ShuntPath {
    std::string service;                         ///< "com.victronenergy.battery.ttyS5"
    std::string current_path = "/Dc/0/Current";  ///< empty: not read
    std::string state_of_charge_path = "/Soc";   ///< empty: not read
};

/// What /History/Clear takes: 1 everything, 2 capacity, 3 voltage, 4 time, 5 alarms, 6 temperature, 7 energy.
/// Source: peer a.
inline constexpr int clear_history_all = 1;
inline constexpr int clear_history_last = 7;

/// Wishes and findings for the keeper of the bank. All are called from the loop, none from within publish();
/// an empty one is not offered: its path cannot be written. The bool of an answer is "accepted".
struct BankRequests {
    std::function<bool(bool on)> force_charging_off;
    std::function<bool(bool on)> force_discharging_off;
    std::function<bool(bool on)> full_charge;
    std::function<bool(int what)> clear_history;
    /// What the keeper holds now: it clears switches by itself after a day. Asked whenever the bank's
    /// service is given new values.
    std::function<Switches()> switches;

    /// Another service gives the limits, or none does any more; `who` is its name, with the reason. Then the
    /// bank must be a monitor.
    std::function<void(bool present, const std::string& who)> on_other_bms;
    /// The SOC, in %, at which ESS ends a discharge; absent while nobody says.
    std::function<void(std::optional<double> percent)> on_minimum_soc;
    /// What the shunt measures, in range; again and again while it rests. `heard`: when its owner last said
    /// so.
    std::function<void(const Shunt& shunt, TimePoint heard)> on_shunt;
    /// DVCC, by which limits reach chargers: on, off, or absent while settings do not say.
    std::function<void(std::optional<bool> on)> on_dvcc;

    /// Before anything is told to a client: brings up to date what has become too old since the loop last
    /// ran.
    std::function<void()> refresh_ages;

    /// With Layout::serialbattery: the limits of that pack by itself; absent: a monitor.
    std::function<std::optional<bank::Limits>(const std::string& pack_id)> pack_limits;
};

struct Options {
    std::string site = "home";
    std::string dbus = "auto";  ///< auto, session, system, or an address as D-Bus writes them
    std::int32_t product_id = default_product_id;
    std::filesystem::path state_file;  ///< where instances and names are kept; empty: nowhere
    bus::Offload* offload = nullptr;   ///< writes that file; null: the loop does, and waits for the disk
    Layout layout = Layout::bank;
    bool pack_alarms = false;  ///< packs raise alarms too, not only the bank. Source: bank 9
    /// How long names wait for com.victronenergy.settings. Absent: 30 s on the system bus, else not at all.
    std::optional<Duration> settings_wait;
    ShuntPath shunt;
    BankRequests requests;
};

}  // namespace packwire::sink::venus
