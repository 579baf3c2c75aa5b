// SPDX-License-Identifier: MIT
#include "app/status_table.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>
#include <vector>

#include "app/output.hpp"

namespace packwire::app {

namespace {

using Json = nlohmann::ordered_json;
using Align = Table::Align;

std::string text(const Json& object, const char* key) {
    const auto found = object.find(key);
    if (found == object.end() || found->is_null()) return "";
    return found->is_string() ? found->get<std::string>() : found->dump();
}

std::string percent(const Json& object, const char* key) {
    const auto& part = object.at(key);
    return part.is_null() ? "" : fmt::format("{:.0f} %", part.get<double>() * 100);
}

std::string time_text(double seconds) {
    if (seconds < 10) return fmt::format("{:.1f} s", seconds);
    if (seconds < 120) return fmt::format("{:.0f} s", seconds);
    if (seconds < 7200) return fmt::format("{:.0f} min", seconds / 60);
    return fmt::format("{:.1f} h", seconds / 3600);
}

/// "timeout 2, retries 1": what is not as it should be.
std::string trouble(const Json& counters) {
    std::string out;
    const auto append = [&](const std::string& what, const Json& count) {
        if (!count.is_number_unsigned() || count.get<std::uint64_t>() == 0) return;
        out += fmt::format("{}{} {}", out.empty() ? "" : ", ", what, count.get<std::uint64_t>());
    };
    for (const auto& [code, count] : counters.at("errors").items()) append(code, count);
    for (const auto* what : {"retries", "late", "foreign", "echoes", "remarks"})
        append(what, counters.at(what));
    return out;
}

std::string bus_table(const Json& buses, bool colour) {
    Table table({Align::left, Align::left, Align::left, Align::right, Align::right, Align::right,
                 Align::right, Align::right, Align::right});
    table.header(
        {"bus", "state", "dialect", "baud", "packs", "busy", "waiting", "questions", "answers", "trouble"});
    for (const auto& bus : buses) {
        const auto& counters = bus.at("counters");
        const auto& recent = bus.at("utilisation").at("recent");
        auto why = text(bus, "reason");
        const auto wrong = trouble(counters);
        why += (why.empty() || wrong.empty() ? "" : "; ") + wrong;
        const bool well = text(bus, "state") == "polling" || text(bus, "state") == "listening";
        table.row({text(bus, "port"), text(bus, "state"), text(bus, "dialect"), text(bus, "baud"),
                   text(bus, "packs"), percent(recent, "busy"), percent(recent, "waiting"),
                   text(counters, "exchanges"), text(counters, "answers"), why},
                  well ? Style::plain : Style::yellow);
    }
    return table.text(colour);
}

/// "53.12 V"; nothing where there is none.
std::string value(const Json& pack, const char* name, std::string_view unit, int decimals) {
    if (!pack.contains("values") || !pack.at("values").contains(name)) return "";
    const auto& number = pack.at("values").at(name);
    return number.is_null() ? "" : fmt::format("{:.{}f} {}", number.get<double>(), decimals, unit);
}

std::string percentiles(const Json& latency) {
    if (latency.at("count") == 0) return "";
    return fmt::format("{:.0f} / {:.0f} ms", latency.at("p50_ms").get<double>(),
                       latency.at("p99_ms").get<double>());
}

/// "9 of 11, not 80 83": what the firmware does not know is named.
std::string services(const Json& pack) {
    if (!pack.contains("services")) return "";
    const auto& all = pack.at("services");
    const auto answered = all.at("answered").size();
    const auto& missing = all.at("unsupported");
    auto out = fmt::format("{} of {}", answered, answered + missing.size() + all.at("unknown").size());
    if (!missing.empty()) out += ", not";
    for (const auto& code : missing) out += " " + code.get<std::string>();
    return out;
}

/// "10 / 30 s": the ages from which it is stale and lost.
std::string loss(const Json& pack) {
    if (!pack.contains("loss")) return "";
    const auto& times = pack.at("loss");
    return fmt::format("{:.0f} / {:.0f} s", times.at("stale").get<double>(), times.at("lost").get<double>());
}

Style style_of(const std::string& state) {
    if (state == "fresh") return Style::plain;
    return state == "stale" || state == "unnamed" ? Style::yellow : Style::red;
}

std::string pack_table(const Json& packs, bool colour) {
    Table table({Align::left, Align::left, Align::right, Align::left, Align::right, Align::right,
                 Align::right, Align::right, Align::right, Align::right, Align::right, Align::left});
    table.header({"pack", "bus", "address", "state", "age", "stale / lost", "SOC", "voltage", "current",
                  "first character", "exchange", "services", "trouble"});
    for (const auto& pack : packs) {
        const auto state = text(pack, "state");
        const auto age = pack.contains("age") ? time_text(pack.at("age").get<double>()) : "";
        const auto& latency = pack.at("latency");
        table.row({text(pack, "id"), text(pack, "bus"), text(pack, "address"), state, age, loss(pack),
                   value(pack, "state_of_charge", "%", 1), value(pack, "pack_voltage", "V", 2),
                   value(pack, "pack_current", "A", 2), percentiles(latency.at("first_character")),
                   percentiles(latency.at("exchange")), services(pack), trouble(pack.at("counters"))},
                  style_of(state));
    }
    return table.text(colour);
}

/// A line for each field that is odd now, or was.
std::string remark_lines(const Json& packs) {
    std::string out;
    for (const auto& pack : packs) {
        if (!pack.contains("remarks")) continue;
        for (const auto& remark : pack.at("remarks")) {
            const auto count = remark.at("count").get<std::uint64_t>();
            out += fmt::format("{} address {}: {} ({}{} answer{})\n", text(pack, "bus"),
                               text(pack, "address"), text(remark, "where"),
                               remark.at("now").get<bool>() ? "" : "not now; ", count, count == 1 ? "" : "s");
        }
    }
    return out.empty() ? out : "\n" + out;
}

using Counts = std::vector<std::uint64_t>;

/// Buckets of all packs on that bus together.
Counts sum_of(const Json& packs, const std::string& port, std::size_t size) {
    Counts sum(size);
    for (const auto& pack : packs) {
        if (text(pack, "bus") != port) continue;
        const auto& buckets = pack.at("latency").at("first_character").at("buckets");
        for (std::size_t i = 0; i < std::min(size, buckets.size()); ++i)
            sum[i] += buckets[i].get<std::uint64_t>();
    }
    return sum;
}

/// How many answers of each bus began within how many milliseconds; buckets that nobody needs are left out.
std::string histogram_table(const Json& document, bool colour) {
    const auto bounds = document.at("latency_bounds_ms").get<std::vector<std::uint64_t>>();
    const auto size = bounds.size() + 1;
    Counts used(size);
    std::vector<Counts> rows;
    for (const auto& bus : document.at("buses")) {
        rows.push_back(sum_of(document.at("packs"), text(bus, "port"), size));
        for (std::size_t i = 0; i < size; ++i) used[i] += rows.back()[i];
    }
    std::vector<std::string> header{"first character within"};
    for (std::size_t i = 0; i < size; ++i) {
        if (used[i] > 0) header.push_back(i < bounds.size() ? fmt::format("{} ms", bounds[i]) : "longer");
    }
    if (header.size() == 1) return "";
    std::vector<Align> columns(header.size(), Align::right);
    columns.front() = Align::left;
    Table table(columns);
    table.header(std::move(header));
    for (std::size_t row = 0; row < rows.size(); ++row) {
        std::vector<std::string> cells{text(document.at("buses")[row], "port")};
        for (std::size_t i = 0; i < size; ++i) {
            if (used[i] > 0) cells.push_back(fmt::format("{}", rows[row][i]));
        }
        table.row(std::move(cells));
    }
    return "\n" + table.text(colour);
}

/// "limits: 55.20 V …" line by line, with the rule that holds each.
std::string bank_text(const Json& document) {
    if (!document.contains("bank") || document.at("bank").is_null()) return "";
    const auto& bank = document.at("bank");
    auto out = fmt::format("\nbank: {}, {} pack(s), {} {} {}\n", text(bank, "state"), bank.at("packs").size(),
                           value(bank, "state_of_charge", "%", 1), value(bank, "pack_voltage", "V", 2),
                           value(bank, "pack_current", "A", 2));
    if (const auto monitor = text(bank, "monitor"); !monitor.empty())
        out += fmt::format("  a monitor, without limits: {}\n", monitor);
    for (const auto& [alarm, level] : bank.at("alarms").items())
        out += fmt::format("  {} {}\n", level == 2 ? "ALARM" : "warning", alarm);
    for (const auto& finding : bank.value("findings", Json::array()))
        out += fmt::format("  look into this: {}\n", finding.get<std::string>());
    if (bank.at("limits").is_null()) return out;
    const auto& limits = bank.at("limits");
    const auto line = [&](std::string_view name, const char* key, std::string_view unit, const char* why) {
        out += fmt::format("  {} {:.{}f} {}: {}\n", name, limits.at(key).get<double>(), unit == "V" ? 2 : 1,
                           unit, text(limits, why));
    };
    line("CVL", "charge_voltage_limit", "V", "charge_mode");
    line("CCL", "charge_current_limit", "A", "charge_limitation");
    line("DCL", "discharge_current_limit", "A", "discharge_limitation");
    return out;
}

std::string sink_table(const Json& sinks, bool colour) {
    if (sinks.empty()) return "\nno sinks: nobody is told\n";
    Table table;
    table.header({"sink", "state", "trouble"});
    for (const auto& sink : sinks) {
        const auto state = text(sink, "state");
        table.row({text(sink, "name"), state, text(sink, "reason")},
                  state == "ok" ? Style::plain : Style::yellow);
    }
    return "\n" + table.text(colour);
}

std::string tables(const Json& document, bool colour) {
    auto out = fmt::format("packwire {}, up {}, {}\n\n", text(document, "version"),
                           time_text(document.at("uptime").get<double>()), text(document, "time"));
    out += bus_table(document.at("buses"), colour) + "\n" + pack_table(document.at("packs"), colour);
    out += remark_lines(document.at("packs"));
    out += bank_text(document);
    return out + histogram_table(document, colour) + sink_table(document.at("sinks"), colour);
}

}  // namespace

Result<std::string> status_table(std::string_view document, bool colour) {
    try {
        return tables(Json::parse(document), colour);
    } catch (const Json::exception& error) {
        return fail(Errc::io, fmt::format("what answers is no packwire of this version: {}", error.what()));
    }
}

}  // namespace packwire::app
