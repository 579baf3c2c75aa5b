// SPDX-License-Identifier: MIT
#include <fmt/format.h>

#include <nlohmann/json.hpp>
#include <string_view>
#include <utility>

#include "sink/mqtt/device.hpp"

namespace packwire::sink::mqtt {

namespace {

using nlohmann::ordered_json;

/// "/Dc/0/Voltage" is Dc.Voltage there. What is missing is left out: that driver takes null for text.
void put(ordered_json& root, std::string_view path, ordered_json value) {
    auto* node = &root;
    while (path.starts_with('/')) {
        path.remove_prefix(1);
        const auto name = path.substr(0, path.find('/'));
        path.remove_prefix(name.size());
        if (name != "0") node = &(*node)[std::string(name)];
    }
    *node = std::move(value);
}

ordered_json rounded(double value, std::uint8_t decimals) {
    return ordered_json::parse(fmt::format("{:.{}f}", value, decimals));
}

}  // namespace

std::string gx_json(const bank::Bank& bank) {
    ordered_json root = ordered_json::object();
    const Source source(bank);
    for (std::size_t i = 0; i < model::metric_count; ++i) {
        const model::Metric metric{static_cast<std::uint8_t>(i)};
        const auto& row = metric.row();
        if (row.venus.empty() || !source.has(metric)) continue;
        const auto mark = row.venus.find("{}");
        if (row.kind == model::Kind::text) {
            if (const auto text = source.text(metric); !text.empty()) put(root, row.venus, text);
        } else if (mark == std::string_view::npos) {
            if (const auto value = source.value(metric)) put(root, row.venus, rounded(*value, row.decimals));
        } else if (row.kind == model::Kind::measurement) {
            for (std::size_t place = 0; place < source.count(metric); ++place) {
                const auto value = source.value(metric, place);
                auto path = std::string(row.venus.substr(0, mark)) + fmt::format("{}", place + 1);
                if (value) put(root, path, rounded(*value, row.decimals));
            }
        }
    }
    for (std::size_t i = 0; i < model::alarm_count; ++i)
        put(root, model::alarm_rows[i].venus, bank.alarms[i]);
    return root.dump();
}

}  // namespace packwire::sink::mqtt
