// SPDX-License-Identifier: MIT
/// What each quantity of the catalogue is to Home Assistant. Follows from its row; there is no other list.
/// Source: homeassistant 2.1.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "model/metric.hpp"

namespace packwire::sink::mqtt {

/// Which of a device's topics a value is on.
enum class Topic : std::uint8_t { none, state, cells };

/// `none`: not announced. Status words are told as alarms, thresholds and identity belong to the device.
[[nodiscard]] Topic topic_of(model::Metric metric, bool repeated);

/// [a-z0-9_]: part of unique ids, so it never changes. `place` from 0; of a single value it says nothing.
[[nodiscard]] std::string key_of(model::Metric metric, bool repeated, std::size_t place = 0);
/// For people; does not repeat the device.
[[nodiscard]] std::string name_of(model::Metric metric, bool repeated, std::size_t place = 0);
/// "{{value_json['cell_voltage.min']}}".
[[nodiscard]] std::string template_of(model::Metric metric, bool repeated, std::size_t place = 0);

[[nodiscard]] bool is_binary(const model::MetricRow& row);
/// Empty: none.
[[nodiscard]] std::string_view state_class_of(const model::MetricRow& row);
/// Not what people look at every day.
[[nodiscard]] bool is_diagnostic(const model::MetricRow& row, bool repeated);

}  // namespace packwire::sink::mqtt
