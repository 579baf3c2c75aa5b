// SPDX-License-Identifier: MIT
#include "bank/sensor_check.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <vector>

namespace packwire::bank {

namespace {

using model::metric;

/// With fewer cell sensors than this the other sensors of the pack are asked as well.
constexpr std::size_t enough_siblings = 3;

struct Measured {
    std::size_t place = 0;
    double value = 0;
};

std::vector<Measured> cell_sensors(const model::Snapshot& pack) {
    std::vector<Measured> sensors;
    const auto* reading = pack.find(metric("cell_temperature"));
    if (reading == nullptr) return sensors;
    sensors.reserve(reading->count);
    for (std::size_t i = 0; i < reading->count; ++i) {
        if (reading->valid(i)) sensors.push_back({i, reading->scale.value_of(reading->raw[i])});
    }
    return sensors;
}

/// Temperatures that a sensor can be compared with, besides the other cell sensors.
std::vector<double> witnesses(const model::Snapshot& pack) {
    std::vector<double> values;
    for (const auto other : {metric("pack_temperature"), metric("ambient_temperature")}) {
        if (const auto value = pack.value(other)) values.push_back(*value);
    }
    return values;
}

}  // namespace

double offset_from_median(double value, std::span<double> others) {
    if (others.empty()) return 0;
    std::ranges::sort(others);
    const auto lower = others[(others.size() - 1) / 2];
    const auto upper = others[others.size() / 2];
    return value - std::clamp(value, lower, upper);
}

void SensorCheck::note(const model::Snapshot& pack, const SensorSettings& settings, TimePoint now) {
    const auto measured = cell_sensors(pack);
    const auto more = measured.size() < enough_siblings ? witnesses(pack) : std::vector<double>{};
    contradicting_ = 0;
    note_unreadable(pack);
    std::vector<double> siblings;
    for (const auto& [place, value] : measured) {
        siblings = more;
        for (const auto& other : measured) {
            if (other.place != place) siblings.push_back(other.value);
        }
        auto& sensor = sensors_[place];
        note_rise(sensor, value, settings, now);
        judge(sensor, value, offset_from_median(value, siblings), settings, now);
        sensor.last = value;
        sensor.when = now;
        if (sensor.suspect) contradicting_ |= 1U << place;
    }
    // A lone sensor has siblings only where the pack has other sensors, and these are believed.
    const auto voters = std::max(measured.size(), more.size() + measured.size());
    const bool minority = 2 * static_cast<std::size_t>(std::popcount(contradicting_)) < voters;
    suspects_ = minority ? contradicting_ : 0;
}

void SensorCheck::note_unreadable(const model::Snapshot& pack) {
    unreadable_ = 0;
    const auto* reading = pack.find(metric("cell_temperature"));
    for (std::size_t i = 0; reading != nullptr && i < reading->count; ++i) {
        const bool was_there = sensors_[i].last.has_value();
        if (!reading->valid(i) && (was_there || pack.out_of_range(metric("cell_temperature"), i)))
            unreadable_ |= 1U << i;
    }
}

/// Has it jumped, and does it rise faster than anything but a fire?
void SensorCheck::note_rise(Sensor& sensor, double value, const SensorSettings& settings,
                            TimePoint now) const {
    constexpr auto window = std::chrono::minutes(1);
    const auto seconds = std::chrono::duration<double>(now - sensor.when).count();
    const bool jumps =
        sensor.last && std::abs(value - *sensor.last) > settings.jump + settings.jump_per_second * seconds;
    if (jumps) sensor.jumped = true;
    if (!sensor.last || jumps) {
        sensor.base = sensor.base_next = value;
        sensor.base_since = now;
        return;
    }
    if (now - sensor.base_since >= window) {
        sensor.base = sensor.base_next;
        sensor.base_next = value;
        sensor.base_since = now;
    }
    sensor.base_next = std::min(sensor.base_next, value);
    if (value - sensor.base > settings.burning_per_minute) sensor.burning = true;
}

void SensorCheck::judge(Sensor& sensor, double value, double offset, const SensorSettings& settings,
                        TimePoint now) {
    const auto off = std::abs(offset);
    const bool away = off > settings.deviation;
    const bool back = off <= settings.deviation - settings.hysteresis;
    if (!away) sensor.away_since.reset();
    if (!back) sensor.back_since.reset();
    if (back) {
        sensor.burning = false;
        if (!sensor.back_since) sensor.back_since = now;
        if (!sensor.suspect || now - *sensor.back_since >= settings.after)
            sensor.suspect = sensor.jumped = false;
        return;
    }
    if (!away) return;
    if (!sensor.away_since) sensor.away_since = now;
    if (sensor.burning) {
        sensor.suspect = false;
        return;
    }
    const bool broken = value <= settings.open || value >= settings.shorted;
    // One cell far colder than those beside it, from the first reading on, cannot be; a hot one can.
    const bool cold_from_the_start = !sensor.last && offset < 0;
    if (broken || sensor.jumped || cold_from_the_start || now - *sensor.away_since >= settings.after)
        sensor.suspect = true;
}

}  // namespace packwire::bank
