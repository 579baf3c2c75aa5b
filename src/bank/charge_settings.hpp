// SPDX-License-Identifier: MIT
/// What an owner may choose about charging and discharging; every default with its unit and its reason.
/// Settings tighten what the packs allow, they never loosen it. Source: bank 4, 5, 6, 7.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <vector>

#include "base/clock.hpp"

namespace packwire::bank {

/// At this voltage (V), temperature (°C) or state of charge (%) so much of a limit is allowed, 0 to 1. Points
/// ascend by `at`; between two of them it is a line, outside it stays.
struct CurvePoint {
    double at = 0;
    double fraction = 1;
    bool operator==(const CurvePoint&) const = default;
};
using Curve = std::vector<CurvePoint>;

/// What a bank says of discharge when no pack of it answers any more.
enum class OnLoss : std::uint8_t {
    block,  ///< DCL 0
    hold,   ///< off-grid: DCL is kept for `hold_for`, as long as the last cells were neither full nor empty
};

/// `[charge]`, `[bank] sharing`, `[loss] on_loss`. Volts without "bank" are of one cell.
struct ChargeSettings {
    // What an owner may tighten
    std::optional<double> charge_current_max;     ///< A of the bank; also for packs without limits
    std::optional<double> discharge_current_max;  ///< A of the bank; also for firmware without 80
    std::optional<double> charge_voltage_max;     ///< V of the bank
    double cell_voltage_max = 3.45;               ///< V; above it LiFePO4 stores nothing, it only ages
    double cell_voltage_float = 3.375;            ///< V; a full cell rests at 3.34 to 3.38 V
    double sharing = 0.9;  ///< of what shares allow, from two packs: shares move with temperature and charge
    double share_current = 0.1;  ///< part of the bank's limit above which the packs' shares are measured
    Duration share_time = std::chrono::minutes(3);  ///< time constant of the measured shares

    // Distance from what the packs themselves do
    double overcurrent_margin = 0.9;           ///< of the overcurrent protection: it trips within 3 s
    double cell_overvoltage_margin = 0.10;     ///< V below the cell alarm: a charger overshoots by 0.4 V
    double pack_overvoltage_margin = 0.4;      ///< V below the pack alarm: that overshoot, once
    double cell_protection_margin = 0.15;      ///< V below the protection, for packs without an alarm
    double low_voltage_margin = 0.2;           ///< V above undervoltage protection: BatteryLowVoltage
    double charge_stop_margin = 0.05;          ///< V below overvoltage protection: CCL 0, before the BMS acts
    double temperature_margin = 2;             ///< °C inside a protection: nothing is allowed there
    double temperature_taper = 5;              ///< °C further inside: all is allowed
    double mosfet_margin = 5;                  ///< °C below the MOSFET's protection, likewise
    double undervoltage_protection = 2.5;      ///< V; assumed of a pack that does not tell, as by default
    double undervoltage_alarm_release = 2.9;   ///< V; likewise
    double overvoltage_protection = 3.65;      ///< V; likewise
    double undervoltage_protection_min = 2.5;  ///< V; what a pack claims counts as no lower
    double overvoltage_protection_max = 3.65;  ///< V; and as no higher: it is LiFePO4 whatever it claims
    double charge_temperature_min = -2;        ///< °C; likewise: below 0 °C lithium plates
    double charge_temperature_max = 60;        ///< °C
    double discharge_temperature_min = -25;    ///< °C
    double discharge_temperature_max = 65;     ///< °C
    double mosfet_temperature_max = 115;       ///< °C
    double absurd_current = 600;               ///< A a pack; what claims more is not set (FFFF is 655.35)
    double absurd_current_low = 1;             ///< A; what claims less is not set
    double absurd_cell_low = 3.0;              ///< V; a charge limit below this is not set
    double absurd_cell_high = 4.5;             ///< V; above this neither. Source: protocol 3.13

    // From bulk to float
    Duration absorption_time = std::chrono::minutes(15);  ///< balanced at the top before float, as the peer
    double absorption_difference = 0.030;  ///< V between cells that is equal: packs balance no further
    double absorption_deviation = 0.003;   ///< V more starts that time anew
    double absorption_window = 0.020;      ///< V under its maximum, the highest cell is at the top
    double bulk_window = 0.050;            ///< V under it, the charge is in bulk again: a cloud
    Duration bulk_after = std::chrono::minutes(1);        ///< so long under it
    Duration absorption_longest = std::chrono::hours(6);  ///< 45 mA of a balancer have done what they can
    double bulk_soc = 80;            ///< %; under it float ends, so that it is not left every evening
    double bulk_difference = 0.080;  ///< V between cells: float ends, they are to be balanced
    double bulk_voltage = 3.30;      ///< V; ends float where nobody tells the state of charge
    int full_charge_days = 0;        ///< a full charge so often, to balance; 0: when SOC asks for it

    // Voltage control
    double cell_control_window = 0.050;  ///< V under its maximum, the highest cell begins to hold CVL
    double cell_charging = 0.5;          ///< A; below this a charge rests, and CVL does not fall further
    double charge_voltage_floor = 3.25;  ///< V; CVL is never lower: a broken sensor must not empty a bank
    double charge_voltage_step = 0.05;   ///< V of the bank; CVL is rounded down to it
    double charge_voltage_rate = 0.001;  ///< V/s of the bank, up, and down to float: no export by ESS
    Duration charge_voltage_hold = std::chrono::seconds(60);  ///< no rise so long after a fall

    // Current control
    double current_rate = 5;                           ///< A/s of the bank, upwards
    Duration current_hold = std::chrono::seconds(30);  ///< no rise so long after a fall
    double current_step = 0.1;                         ///< A; rounded down to it
    Curve charge_by_cell{{3.375, 1}, {3.40, 0.25}, {3.425, 0.05}, {3.45, 0.02}};  ///< highest; CVL ends it
    Curve discharge_by_cell{{3.00, 0.20}, {3.10, 0.25}, {3.19, 1}};               ///< lowest
    Curve charge_by_temperature{{0, 0},  {2, 0.25}, {5, 0.5},   {10, 1},
                                {40, 1}, {45, 0.5}, {50, 0.25}, {55, 0}};
    Curve discharge_by_temperature{{-10, 0.2}, {0, 0.25}, {5, 0.5},   {10, 1},
                                   {40, 1},    {45, 0.5}, {50, 0.25}, {55, 0.2}};
    Curve charge_by_mosfet{{70, 1}, {80, 0.25}, {90, 0}};
    Curve discharge_by_mosfet{{70, 1}, {80, 0.25}, {90, 0.2}};
    Curve charge_by_soc;               ///< empty: not by state of charge, which drifts
    Curve discharge_by_soc;            ///< likewise
    double temperature_unknown = 0.5;  ///< of a limit, when no sensor of a pack tells anything
    double sensor_margin = 5;   ///< °C that the other sensors are worse while one of the pack is broken
    double cell_unknown = 0.1;  ///< V that a cell is worse than its siblings if nothing tells its voltage
    double cell_bounded = 0.5;  ///< of CCL while a cell is known by the pack voltage only
    Duration limits_kept = std::chrono::minutes(10);  ///< how long a pack's last limits stand in for new ones

    // Discharge to 0 and back
    double discharge_stop_margin = 0.20;  ///< V above protection, or the alarm: DCL 0 after …
    Duration discharge_stop_after = std::chrono::seconds(10);  ///< … so long: a load that starts is shorter
    double discharge_stop_now = 0.05;                          ///< V above protection: DCL 0 at once
    double discharge_again = 3.10;  ///< V, or the alarm's release: 5 % are in the battery again …
    Duration discharge_again_after = std::chrono::seconds(60);  ///< … so long, and as long DCL stays 0;
    Duration discharge_again_most = std::chrono::hours(1);      ///< twice as long each time, up to this, when
    Duration discharge_steady = std::chrono::hours(2);          ///< … it did not last so long: no chatter
    double discharge_charging = 1;            ///< A of charge that let it discharge again before, …
    double discharge_charging_margin = 0.05;  ///< … V above where it stops: charging lifts the voltage
    double discharge_least = 0.20;            ///< of its limit: DCL is at least this, or 0
    double temperature_hysteresis = 3;        ///< °C; what stopped discharge must be so far away again

    // Loss and wishes
    OnLoss on_loss = OnLoss::block;
    Duration hold_for = std::chrono::minutes(30);   ///< with OnLoss::hold
    double hold_cell_low = 3.20;                    ///< V; the last cells were above this
    double hold_cell_high = 3.38;                   ///< V; and under this
    Duration request_for = std::chrono::hours(24);  ///< a forgotten switch must not rule for ever

    bool operator==(const ChargeSettings&) const = default;
};

}  // namespace packwire::bank
