// SPDX-License-Identifier: MIT
/// docs/alarms.md: which bit raises what, from the tables of the dialect. To renew it, run this program with
/// PACKWIRE_WRITE_DOCS=1 in the environment.
#include <fmt/format.h>
#include <gtest/gtest.h>

#include <vector>

#include "bank/alarms.hpp"
#include "dialect/daren/daren.hpp"
#include "model/alarm.hpp"
#include "support/document.hpp"

namespace packwire::test {
namespace {

struct Cause {
    model::Alarm alarm;
    std::uint8_t level;
    std::string words;
};

/// Every bit of 42 that raises something.
std::vector<Cause> causes() {
    std::vector<Cause> all;
    for (const auto& field : dialect::daren::live_data.variants.front().fields) {
        for (const auto& flag : field.flags) {
            if (flag.width != 1 || flag.alarm == model::Alarm::none) continue;
            all.push_back({flag.alarm, model::alarm_level(flag),
                           fmt::format("`{}` {} {}", field.name, flag.bit, flag.name)});
            if (field.name == "alarm_status" && flag.bit == 8) {
                all.back().words += " (MOSFET hot)";
                all.push_back({model::Alarm::low_soc, 2, "`alarm_status` 8 (MOSFET not hot)"});
            }
            if (field.name == "voltage_status" && flag.bit == 0)
                all.back().words += " (not at the end of a charge)";
        }
    }
    all.push_back({model::Alarm::internal_failure, 1, "values that contradict each other again and again"});
    all.push_back({model::Alarm::internal_failure, 1, "limits of a pack that no battery has"});
    all.push_back({model::Alarm::bms_cable, 1, "some packs are lost, or all are stale"});
    all.push_back({model::Alarm::bms_cable, 2, "all packs are lost"});
    return all;
}

std::string cell(const std::vector<Cause>& all, model::Alarm alarm, std::uint8_t level) {
    std::string text;
    for (const auto& cause : all) {
        if (cause.alarm == alarm && cause.level == level) text += (text.empty() ? "" : "<br>") + cause.words;
    }
    return text;
}

std::string table() {
    const auto all = causes();
    std::string text = "| path | 2, alarm | 1, warning |\n|---|---|---|\n";
    for (std::size_t i = 0; i < model::alarm_count; ++i) {
        const auto alarm = static_cast<model::Alarm>(i);
        text += fmt::format("| `{}` | {} | {} |\n", model::alarm_rows[i].venus, cell(all, alarm, 2),
                            cell(all, alarm, 1));
    }
    const auto seconds = [](Duration time) { return std::chrono::duration<double>(time).count(); };
    const bank::AlarmSettings settings;
    text += fmt::format(
        "\nA bit is told after {:g} s as an alarm and after {:g} s as a warning, and taken back when it was "
        "off "
        "for {:g} s. The cable is told at once.\n",
        seconds(settings.alarm_after), seconds(settings.warning_after), seconds(settings.release_after));
    return text;
}

TEST(AlarmDocument, IsAsTheTablesSay) {
    expect_in_document("docs/alarms.md", "<!-- alarm table:", "<!-- end of the alarm table -->", table(),
                       "build/asan/tests/test_bank --gtest_filter=AlarmDocument.*");
}

}  // namespace
}  // namespace packwire::test
