// SPDX-License-Identifier: MIT
#include "rules/quantity.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <charconv>
#include <cmath>
#include <vector>

#include "bank/identity.hpp"
#include "model/alarm.hpp"
#include "model/derived.hpp"
#include "model/snapshot.hpp"

namespace packwire::rules {

namespace {

using model::Kind;
using model::Scope;

constexpr std::string_view bank_prefix = "bank.";
constexpr std::string_view pack_prefix = "pack.";
constexpr std::string_view alarm_prefix = "alarm.";
constexpr std::string_view forms =
    "expected a quantity such as bank.state_of_charge, pack.<id>.cell_voltage.max, bank.alarm.low_soc or "
    "bank.stale";

std::unexpected<Error> refuse(std::string what) {
    return fail(Errc::bad_config, std::move(what));
}

/// One value for each cell or sensor?
bool is_list(const model::MetricRow& row) {
    return row.kind == Kind::measurement && row.venus.find("{}") != std::string_view::npos;
}

/// "cell_voltage.7" is the seventh.
std::optional<Quantity> numbered(std::string_view text) {
    const auto dot = text.rfind('.');
    if (dot == std::string_view::npos) return std::nullopt;
    const auto metric = model::find_metric(text.substr(0, dot));
    if (!metric.exists() || !is_list(metric.row())) return std::nullopt;
    const auto digits = text.substr(dot + 1);
    unsigned number = 0;
    const auto* end = digits.data() + digits.size();
    const auto [stop, error] = std::from_chars(digits.data(), end, number);
    if (error != std::errc{} || stop != end || number < 1 || number > model::max_values) return std::nullopt;
    Quantity quantity;
    quantity.metric = metric;
    quantity.index = static_cast<std::uint8_t>(number - 1);
    return quantity;
}

std::optional<Quantity> alarm_named(std::string_view text) {
    const auto* const found = std::ranges::find(model::alarm_rows, text, &model::AlarmRow::name);
    if (found == model::alarm_rows.end()) return std::nullopt;
    Quantity quantity;
    quantity.what = Quantity::What::alarm;
    quantity.alarm = static_cast<std::uint8_t>(found - model::alarm_rows.begin());
    return quantity;
}

/// Without its subject; absent when there is no such thing.
std::optional<Quantity> known(std::string_view text) {
    if (text.starts_with(alarm_prefix)) return alarm_named(text.substr(alarm_prefix.size()));
    Quantity quantity;
    if (text == "stale") {
        quantity.what = Quantity::What::stale;
        return quantity;
    }
    quantity.metric = model::find_metric(text);
    if (quantity.metric.exists()) return quantity;
    return numbered(text);
}

Result<Quantity> fit_for_rules(Quantity quantity, std::string_view text) {
    if (quantity.what != Quantity::What::metric) return quantity;
    const auto& row = quantity.metric.row();
    if (row.kind == Kind::text) return refuse(fmt::format("expected a number to compare, {} is text", text));
    if (row.kind == Kind::status)
        return refuse(
            fmt::format("expected a number to compare, {} is a word of flags; alarm.<name> has what "
                        "they mean",
                        text));
    if (quantity.pack.empty() && row.scope == Scope::pack) {
        return refuse(
            fmt::format("expected a quantity of the bank, only packs have {0}: pack.<id>.{0}", row.name));
    }
    if (!quantity.pack.empty() && row.scope == Scope::bank) {
        return refuse(
            fmt::format("expected a quantity of a pack, only the bank has {0}: bank.{0}", row.name));
    }
    if (is_list(row) && !text.ends_with(fmt::format(".{}", quantity.index + 1))) {
        return refuse(fmt::format("expected one value, {0} has many: {0}.min, {0}.max, or {0}.1", row.name));
    }
    return quantity;
}

std::string unknown(std::string_view text) {
    if (text.starts_with(alarm_prefix)) {
        std::vector<std::string_view> names;
        names.reserve(model::alarm_count);
        for (const auto& row : model::alarm_rows) names.push_back(row.name);
        return fmt::format("unknown alarm \"{}\", expected one of {}", text.substr(alarm_prefix.size()),
                           fmt::join(names, ", "));
    }
    return fmt::format("unknown quantity \"{}\", {}; docs/rules.md lists them", text, forms);
}

/// An id may have dots, and so may a quantity: the first dot after which a quantity stands divides them.
Result<Quantity> of_pack(std::string_view text) {
    for (auto dot = text.find('.'); dot != std::string_view::npos; dot = text.find('.', dot + 1)) {
        auto quantity = known(text.substr(dot + 1));
        if (!quantity || dot == 0) continue;
        quantity->pack = std::string(text.substr(0, dot));
        return fit_for_rules(*quantity, text.substr(dot + 1));
    }
    const auto dot = text.find('.');
    return refuse(unknown(dot == std::string_view::npos ? text : text.substr(dot + 1)));
}

}  // namespace

Result<Quantity> parse_quantity(std::string_view text, const std::optional<std::string>& subject) {
    if (text.starts_with(pack_prefix)) return of_pack(text.substr(pack_prefix.size()));
    const bool of_bank = text.starts_with(bank_prefix);
    const auto rest = of_bank ? text.substr(bank_prefix.size()) : text;
    auto quantity = known(rest);
    if (!quantity) return refuse(unknown(rest));
    if (!of_bank && !subject) return refuse(fmt::format("{0}: whose? bank.{0} or pack.<id>.{0}", rest));
    if (!of_bank) quantity->pack = *subject;
    return fit_for_rules(*quantity, rest);
}

std::string name(const Quantity& quantity) {
    auto text = quantity.pack.empty() ? std::string(bank_prefix) : fmt::format("pack.{}.", quantity.pack);
    if (quantity.what == Quantity::What::stale) return text + "stale";
    if (quantity.what == Quantity::What::alarm) {
        return text.append(alarm_prefix).append(model::alarm_rows.at(quantity.alarm).name);
    }
    text += quantity.metric.row().name;
    if (is_list(quantity.metric.row())) text += fmt::format(".{}", quantity.index + 1);
    return text;
}

Range range(const Quantity& quantity) {
    constexpr double many = 1e9;
    if (quantity.what == Quantity::What::stale) return {.low = 0, .high = 1};
    if (quantity.what == Quantity::What::alarm) return {.low = 0, .high = 2};
    const auto& row = quantity.metric.row();
    const bool of_cell =
        row.name.find("cell_voltage") != std::string_view::npos && row.name != "cell_voltage.sum";
    if (row.unit == "%") return {.low = 0, .high = 100};
    if (row.unit == "V") return {.low = 0, .high = of_cell ? 5.0 : 200.0};
    if (row.unit == "°C") return {.low = -60, .high = 150};
    if (row.unit == "A") return {.low = -10000, .high = 10000};
    if (row.unit == "W" || row.unit == "Ah") return {.low = -many, .high = many};
    return {.low = 0, .high = many};
}

std::string_view unit(const Quantity& quantity) {
    return quantity.what == Quantity::What::metric ? quantity.metric.row().unit : std::string_view();
}

int decimals(const Quantity& quantity) {
    return quantity.what == Quantity::What::metric ? quantity.metric.row().decimals : 0;
}

bool is_of(const Quantity& quantity, std::string_view id) {
    return !quantity.pack.empty() && (quantity.pack == id || quantity.pack == bank::reduced(id));
}

namespace {

std::optional<double> finite(std::optional<double> value) {
    return value && std::isfinite(*value) ? value : std::nullopt;
}

}  // namespace

std::optional<double> read(const Quantity& quantity, const bank::Pack& pack) {
    const bool fresh = pack.freshness == bank::Freshness::fresh;
    if (quantity.what == Quantity::What::stale) return fresh ? 0 : 1;
    if (quantity.what == Quantity::What::alarm) {
        if (!fresh) return std::nullopt;
        return model::alarms_of(pack.snapshot).at(quantity.alarm);
    }
    if (!fresh && model::goes_stale(quantity.metric)) return std::nullopt;
    return finite(pack.snapshot.value(quantity.metric, quantity.index));
}

std::optional<double> read(const Quantity& quantity, const bank::Bank& bank) {
    const bool fresh = bank.freshness == bank::Freshness::fresh;
    if (quantity.what == Quantity::What::stale) return fresh ? 0 : 1;
    if (quantity.what == Quantity::What::alarm) {
        // That the cable fell off is what is known of a bank that is lost.
        constexpr auto cable = static_cast<std::uint8_t>(model::Alarm::bms_cable);
        if (!fresh && quantity.alarm != cable) return std::nullopt;
        return bank.alarms.at(quantity.alarm);
    }
    if (!fresh && model::goes_stale(quantity.metric)) return std::nullopt;
    return finite(bank.value(quantity.metric, quantity.index));
}

}  // namespace packwire::rules
