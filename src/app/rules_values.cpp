// SPDX-License-Identifier: MIT
#include "app/rules_values.hpp"

#include <array>
#include <charconv>
#include <nlohmann/json.hpp>

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

std::optional<int> digits(std::string_view text, std::size_t at, std::size_t count) {
    int value = 0;
    const auto* begin = text.data() + at;
    const auto [stop, error] = std::from_chars(begin, begin + count, value);
    if (error != std::errc{} || stop != begin + count || value < 0) return std::nullopt;
    return value;
}

std::chrono::milliseconds fraction(std::string_view text) {
    double value = 0;
    const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
    if (error != std::errc{}) value = 0;
    return std::chrono::floor<std::chrono::milliseconds>(std::chrono::duration<double>(value));
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
    using namespace std::chrono;
    constexpr std::string_view form = "0000-00-00T00:00:00";
    if (text.size() <= form.size() || text.back() != 'Z' || text[10] != 'T') return std::nullopt;
    constexpr std::array<std::array<std::size_t, 2>, 6> places{
        {{0, 4}, {5, 2}, {8, 2}, {11, 2}, {14, 2}, {17, 2}}};
    std::array<int, 6> parts{};
    for (std::size_t i = 0; i < parts.size(); ++i) {
        const auto part = digits(text, places.at(i)[0], places.at(i)[1]);
        if (!part) return std::nullopt;
        parts.at(i) = *part;
    }
    const auto date = year(parts[0]) / parts[1] / parts[2];
    // WallTime counts nanoseconds, and so ends in 2262.
    if (!date.ok() || parts[0] < 1970 || parts[0] > 2200 || parts[3] > 23 || parts[4] > 59 || parts[5] > 60)
        return std::nullopt;
    const auto rest = text.substr(form.size(), text.size() - form.size() - 1);
    return sys_days(date) + hours(parts[3]) + minutes(parts[4]) + seconds(parts[5]) + fraction(rest);
}

}  // namespace packwire::app
