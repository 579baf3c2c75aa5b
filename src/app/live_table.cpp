// SPDX-License-Identifier: MIT
#include "app/live_table.hpp"

#include <fmt/format.h>

#include <ostream>

#include "model/alarm.hpp"

namespace packwire::app {

using model::metric;

namespace {

constexpr std::string_view home_and_clear = "\033[H\033[J";

/// A column that is one quantity of the catalogue.
struct Column {
    std::string_view title;
    model::Metric metric;
};
constexpr auto columns = std::to_array<Column>({
    {"SOC", metric("state_of_charge")},
    {"voltage", metric("pack_voltage")},
    {"current", metric("pack_current")},
    {"power", metric("pack_power")},
    {"lowest cell", metric("cell_voltage.min")},
    {"highest cell", metric("cell_voltage.max")},
    {"temperature", metric("pack_temperature")},
    {"capacity", metric("remaining_capacity")},
});

std::string value_text(const bank::Pack& pack, model::Metric metric) {
    const auto value = pack.snapshot.value(metric);
    if (!value || pack.freshness != bank::Freshness::fresh) return "-";
    return fmt::format("{:.{}f} {}", *value, metric.row().decimals, metric.row().unit);
}

std::string alarms_text(const model::Snapshot& pack) {
    std::string text;
    const auto levels = model::alarms_of(pack);
    for (std::size_t i = 0; i < levels.size(); ++i) {
        if (levels[i] == 0) continue;
        if (!text.empty()) text += ", ";
        text += model::alarm_rows[i].name;
        if (levels[i] == 2) text += '!';
    }
    return text;
}

std::string mosfets_text(const model::Snapshot& pack) {
    const auto charge = pack.value(metric("charge_allowed"));
    const auto discharge = pack.value(metric("discharge_allowed"));
    if (!charge || !discharge) return "?";
    if (*charge > 0 && *discharge > 0) return "on";
    if (*charge > 0) return "charge only";
    return *discharge > 0 ? "discharge only" : "off";
}

Style style_of(const bank::Pack& pack) {
    if (pack.freshness != bank::Freshness::fresh) return Style::dim;
    std::uint8_t worst = 0;
    for (const auto level : model::alarms_of(pack.snapshot)) worst = std::max(worst, level);
    return worst == 2 ? Style::red : worst == 1 ? Style::yellow : Style::plain;
}

}  // namespace

LiveTable::LiveTable(Streams io, bus::Time& time, Duration every, std::function<std::string()> footer)
    : io_(io), time_(time), every_(every), footer_(std::move(footer)), timer_(time.timer()) {}

void LiveTable::publish(const bank::Pack& pack) {
    const auto& who = pack.snapshot.identity;
    const auto place = fmt::format("{}#{:03}", who.bus, who.address);
    if (pack.freshness == bank::Freshness::gone) {
        packs_.erase(place);
    } else {
        packs_[place] = pack;
    }
}

std::vector<std::string> LiveTable::row(const bank::Pack& pack) const {
    const auto& snapshot = pack.snapshot;
    const auto age = std::chrono::duration<double>(time_.now() - pack.last_good).count();
    std::vector<std::string> cells{fmt::format("{}", snapshot.identity.address), snapshot.identity.id};
    for (const auto& column : columns) cells.push_back(value_text(pack, column.metric));
    cells.push_back(pack.freshness == bank::Freshness::fresh ? mosfets_text(snapshot) : "?");
    cells.push_back(fmt::format("{:.1f} s", age));
    cells.push_back(pack.freshness == bank::Freshness::fresh ? alarms_text(snapshot)
                                                             : std::string(bank::name(pack.freshness)));
    return cells;
}

std::string LiveTable::text() const {
    using enum Table::Align;
    Table table({right, left, right, right, right, right, right, right, right, right, left, right, left});
    std::vector<std::string> header{"address", "pack"};
    for (const auto& column : columns) header.emplace_back(column.title);
    for (const auto* title : {"MOSFETs", "age", "alarms"}) header.emplace_back(title);
    table.header(std::move(header));
    for (const auto& [place, pack] : packs_) table.row(row(pack), style_of(pack));
    return packs_.empty() ? "waiting for the first pack to answer …\n" : table.text(io_.colour);
}

/// What the packs are together, and what chargers are told.
std::string LiveTable::bank_text() const {
    if (!bank_) return "";
    const auto number = [&](model::Metric metric) {
        const auto value = bank_->value(metric);
        return value ? fmt::format("{:.{}f} {}", *value, metric.row().decimals, metric.row().unit) : "-";
    };
    auto text = fmt::format("\nbank of {}: {}, {}, {}, {}\n", bank_->members.size(),
                            number(metric("state_of_charge")), number(metric("pack_voltage")),
                            number(metric("pack_current")), number(metric("pack_power")));
    if (!bank_->limits) return text + "  without limits: " + bank_->monitor_reason + "\n";
    const auto& limits = *bank_->limits;
    return text + fmt::format("  CVL {:.2f} V: {}\n  CCL {:.1f} A: {}\n  DCL {:.1f} A: {}\n",
                              limits.charge_voltage, limits.charge_mode, limits.charge_current,
                              limits.charge_limitation, limits.discharge_current,
                              limits.discharge_limitation);
}

void LiveTable::draw() {
    if (io_.terminal) io_.out << home_and_clear;
    if (io_.terminal || !packs_.empty()) io_.out << text() << bank_text();
    if (footer_) io_.out << footer_();
    io_.out << std::flush;
}

bus::Task<void> LiveTable::run() {
    while (true) {
        co_await timer_->wait_until(time_.now() + every_);
        draw();
    }
}

}  // namespace packwire::app
