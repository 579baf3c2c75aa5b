// SPDX-License-Identifier: MIT
#include "app/rules_values.hpp"

#include <nlohmann/json.hpp>

#include "base/time_text.hpp"
#include "model/alarm.hpp"

namespace packwire::app {

namespace {

using rules::Quantity;

const nlohmann::json* member(const nlohmann::json& object, std::string_view name) {
    if (!object.is_object()) return nullptr;
    const auto found = object.find(name);
    return found == object.end() ? nullptr : &*found;
}

std::string text_at(const nlohmann::json& object, std::string_view name) {
    const auto* found = member(object, name);
    return found != nullptr && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<double> number(const nlohmann::json* value) {
    return value != nullptr && value->is_number() ? std::optional(value->get<double>()) : std::nullopt;
}

/// Levels above 0 are listed; with values at hand those that are not are 0.
std::optional<double> alarm(const Quantity& quantity, const nlohmann::json& line) {
    const auto* alarms = member(line, "alarms");
    if (alarms == nullptr || text_at(line, "freshness") != "fresh") return std::nullopt;
    return number(member(*alarms, model::alarm_rows.at(quantity.alarm).name)).value_or(0);
}

}  // namespace

std::optional<double> read(const Quantity& quantity, const nlohmann::json& line) {
    if (quantity.what == Quantity::What::stale) return text_at(line, "freshness") == "fresh" ? 0 : 1;
    if (quantity.what == Quantity::What::alarm) return alarm(quantity, line);
    const auto* values = member(line, "values");
    if (values == nullptr) return std::nullopt;
    const auto* value = member(*values, quantity.metric.row().name);
    if (value != nullptr && value->is_array())
        return quantity.index < value->size() ? number(&(*value)[quantity.index]) : std::nullopt;
    return number(value);
}

bool take(rules::Slots& slots, const nlohmann::json& line) {
    const bool fresh = text_at(line, "freshness") == "fresh";
    const auto reading = [&](const Quantity& quantity) { return read(quantity, line); };
    if (member(line, "bank") != nullptr) {
        slots.take(fresh, [](const Quantity& quantity) { return quantity.pack.empty(); }, reading);
        return true;
    }
    const auto id = text_at(line, "id");
    if (id.empty()) return false;
    slots.take(fresh, [&](const Quantity& quantity) { return rules::is_of(quantity, id); }, reading);
    return true;
}

std::optional<WallTime> read_time(std::string_view text) {
    constexpr std::string_view date = "0000-00-00";
    if (text.size() <= date.size() || text[date.size()] != 'T' || text.back() != 'Z') return std::nullopt;
    return parse_rfc3339(text);
}

}  // namespace packwire::app
