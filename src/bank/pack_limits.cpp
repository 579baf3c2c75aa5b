// SPDX-License-Identifier: MIT
#include "bank/pack_limits.hpp"

#include <algorithm>
#include <cmath>

namespace packwire::bank {

namespace {

using model::metric;
using model::Metric;

constexpr std::int32_t not_measured = 0x7FFF;
/// A threshold that can be meant. Source: protocol 3.13. Beyond the inner end it would stop a healthy
/// battery.
struct Range {
    double low = 0;
    double high = 0;
};
constexpr Range overvoltage_protection{3.4, 4.5};
constexpr Range overvoltage_alarm{3.35, 4.5};
constexpr Range undervoltage_protection{1.5, 3.0};
constexpr Range undervoltage_alarm{1.5, 3.15};
constexpr Range undervoltage_release{1.5, 3.3};
constexpr Range over_temperature{35, 135};
constexpr Range under_temperature{-45, 15};
constexpr Range mosfet_over_temperature{60, 135};

/// Reads what a pack claims, and remembers whether any of it cannot be.
class Claims {
public:
    explicit Claims(const model::Snapshot& pack) : pack_(pack) {}

    /// Absent: not set, or cannot be meant.
    std::optional<double> within(Metric metric, const Range& range) {
        const auto claimed = value(metric);
        if (!claimed) return std::nullopt;
        if (*claimed >= range.low && *claimed <= range.high) return claimed;
        absurd_ = true;
        return std::nullopt;
    }
    [[nodiscard]] bool absurd() const { return absurd_; }

private:
    /// 0 is a temperature, but no voltage and no current.
    [[nodiscard]] std::optional<double> value(Metric metric) const {
        const auto* reading = pack_.find(metric);
        if (reading == nullptr || !reading->valid(0) || reading->raw[0] == not_measured) return std::nullopt;
        const bool zero_is_unset = metric.row().unit != "°C";
        if (zero_is_unset && reading->raw[0] == 0) return std::nullopt;
        return reading->scale.value_of(reading->raw[0]);
    }

    const model::Snapshot& pack_;
    bool absurd_ = false;
};

void lower(std::optional<Bound>& bound, std::optional<double> value, std::string_view rule) {
    if (value && (!bound || *value < bound->value)) bound = Bound{*value, rule};
}

std::optional<double> times(std::optional<double> value, double factor) {
    return value ? std::optional(*value * factor) : std::nullopt;
}

/// Nobody tightens by a number that is none.
std::optional<double> configured(std::optional<double> value) {
    return value && std::isfinite(*value) && *value >= 0 ? value : std::nullopt;
}

void find_currents(PackLimits& limits, Claims& claims, const ChargeSettings& settings) {
    const auto current = [&](Metric metric) {
        return claims.within(metric, {settings.absurd_current_low, settings.absurd_current});
    };
    const auto margin = std::clamp(settings.overcurrent_margin, 0.0, 1.0);
    auto& charge = limits.charge_current;
    lower(charge, current(metric("47.charge_current_limit")), "service 47 charge current limit");
    lower(charge, current(metric("80.charge_current_limit")), "service 80 charge current limit");
    lower(charge, current(metric("charge_overcurrent_1_alarm_threshold")),
          "service 80 charge alarm threshold");
    lower(charge, times(current(metric("charge_overcurrent_1_protection_threshold")), margin),
          "margin to charge overcurrent protection");
    lower(charge, configured(settings.charge_current_max), "configured charge current");
    auto& discharge = limits.discharge_current;
    lower(discharge, current(metric("discharge_overcurrent_1_alarm_threshold")),
          "service 80 discharge alarm threshold");
    lower(discharge, times(current(metric("discharge_overcurrent_1_protection_threshold")), margin),
          "margin to discharge overcurrent protection");
    const bool told = discharge.has_value();
    lower(discharge, configured(settings.discharge_current_max),
          told ? "configured discharge current" : "configured; the pack tells no discharge limit");
    if (!discharge && charge)
        discharge = Bound{charge->value, "charge current limit; the pack tells no discharge limit"};
}

/// Of a cell; where the pack does not tell, what is usual. Whatever it claims, protection begins at our own
/// floor and ceiling at the latest.
void find_cell_thresholds(PackLimits& limits, Claims& claims, const ChargeSettings& settings) {
    auto& found = limits.thresholds;
    const auto over = claims.within(metric("cell_overvoltage_protection_threshold"), overvoltage_protection);
    const auto trip = claims.within(metric("cell_voltage_upper_limit"), overvoltage_protection);
    found.overvoltage_protection = std::min(over.value_or(trip.value_or(settings.overvoltage_protection)),
                                            settings.overvoltage_protection_max);
    found.charge_stop = found.overvoltage_protection - std::max(settings.charge_stop_margin, 0.0);
    if (const auto alarm = claims.within(metric("cell_overvoltage_alarm_threshold"), overvoltage_alarm))
        found.charge_stop = std::min(found.charge_stop, *alarm);
    const auto under =
        claims.within(metric("cell_undervoltage_protection_threshold"), undervoltage_protection);
    const auto under_trip = claims.within(metric("cell_voltage_lower_limit"), undervoltage_protection);
    found.undervoltage_protection =
        std::max(under.value_or(under_trip.value_or(settings.undervoltage_protection)),
                 settings.undervoltage_protection_min);
    found.discharge_stop = found.undervoltage_protection + std::max(settings.discharge_stop_margin, 0.0);
    if (const auto alarm = claims.within(metric("cell_undervoltage_alarm_threshold"), undervoltage_alarm))
        found.discharge_stop = std::max(found.discharge_stop, *alarm);
    found.discharge_stop_now = found.undervoltage_protection + std::max(settings.discharge_stop_now, 0.0);
    const auto release = claims.within(metric("cell_undervoltage_alarm_release"), undervoltage_release);
    found.discharge_again =
        std::max({release.value_or(settings.undervoltage_alarm_release), settings.discharge_again,
                  found.discharge_stop + settings.discharge_charging_margin});
}

/// The pack's own, else the one of 47, but never beyond our own.
void find_temperatures(Thresholds& found, Claims& claims, const ChargeSettings& settings) {
    const auto highest = [&](Metric own, const Range& range, std::optional<double> else_, double most) {
        const auto claimed = claims.within(own, range);
        return std::min(claimed ? *claimed : else_.value_or(most), most);
    };
    const auto lowest = [&](Metric own, std::optional<double> else_, double least) {
        const auto claimed = claims.within(own, under_temperature);
        return std::max(claimed ? *claimed : else_.value_or(least), least);
    };
    const auto upper = claims.within(metric("temperature_upper_limit"), over_temperature);
    const auto lower = claims.within(metric("temperature_lower_limit"), under_temperature);
    found.charge_over_temperature = highest(metric("charge_over_temperature_protection_threshold"),
                                            over_temperature, upper, settings.charge_temperature_max);
    found.charge_under_temperature = lowest(metric("charge_under_temperature_protection_threshold"), lower,
                                            settings.charge_temperature_min);
    found.discharge_over_temperature =
        highest(metric("discharge_over_temperature_protection_threshold"), over_temperature, std::nullopt,
                settings.discharge_temperature_max);
    found.discharge_under_temperature = lowest(metric("discharge_under_temperature_protection_threshold"),
                                               std::nullopt, settings.discharge_temperature_min);
    found.mosfet_over_temperature =
        highest(metric("mosfet_over_temperature_protection_threshold"), mosfet_over_temperature, std::nullopt,
                settings.mosfet_temperature_max);
}

void find_voltages(PackLimits& limits, Claims& claims, const ChargeSettings& settings) {
    const auto cells = limits.cells;
    if (cells <= 0) return;
    const auto pack = [&](Metric metric) {
        return claims.within(metric, {cells * settings.absurd_cell_low, cells * settings.absurd_cell_high});
    };
    const auto alarm = claims.within(metric("cell_overvoltage_alarm_threshold"), overvoltage_alarm);
    auto& bound = limits.charge_voltage;
    lower(bound, cells * settings.cell_voltage_max, "maximum cell voltage");
    lower(bound, pack(metric("80.charge_voltage_limit")), "service 80 charge voltage limit");
    if (alarm) {
        lower(bound, cells * (*alarm - std::max(settings.cell_overvoltage_margin, 0.0)),
              "margin to cell overvoltage alarm");
    } else {
        lower(bound,
              cells *
                  (limits.thresholds.overvoltage_protection - std::max(settings.cell_protection_margin, 0.0)),
              "margin to cell overvoltage protection");
    }
    if (const auto pack_alarm = pack(metric("pack_overvoltage_alarm_threshold")))
        lower(bound, *pack_alarm - std::max(settings.pack_overvoltage_margin, 0.0),
              "margin to pack overvoltage alarm");
    lower(bound, configured(settings.charge_voltage_max), "configured charge voltage");
    const auto most = bound.value_or(Bound{});
    limits.cell_voltage_max = most.value / cells;
    limits.float_voltage = Bound{cells * settings.cell_voltage_float, "float voltage"};
    if (most.value < limits.float_voltage.value) limits.float_voltage = most;
    limits.low_voltage =
        cells * (limits.thresholds.undervoltage_protection + std::max(settings.low_voltage_margin, 0.0));
}

}  // namespace

PackLimits pack_limits(const model::Snapshot& pack, const ChargeSettings& settings) {
    PackLimits limits;
    Claims claims(pack);
    const auto counted = static_cast<double>(pack.count(metric("cell_voltage")));
    limits.cells = pack.value(metric("cell_count")).value_or(counted);
    find_currents(limits, claims, settings);
    find_cell_thresholds(limits, claims, settings);
    find_temperatures(limits.thresholds, claims, settings);
    find_voltages(limits, claims, settings);
    limits.absurd = claims.absurd();
    return limits;
}

}  // namespace packwire::bank
