// SPDX-License-Identifier: MIT
#include "app/values.hpp"

#include <gtest/gtest.h>

#include <array>

#include "app/output.hpp"
#include "base/json_text.hpp"

namespace packwire::app {
namespace {

using namespace std::chrono_literals;

TEST(Values, Durations) {
    EXPECT_EQ(parse_duration("1s"), Duration(1s));
    EXPECT_EQ(parse_duration("500ms"), Duration(500ms));
    EXPECT_EQ(parse_duration("1.5s"), Duration(1500ms));
    EXPECT_EQ(parse_duration("2min"), Duration(2min));
    EXPECT_EQ(parse_duration("1h"), Duration(1h));
    EXPECT_EQ(parse_duration("3d"), Duration(72h));
    for (const auto* text :
         {"", "s", "1", "1 s", "-1s", "1m", "nans", "infs", "1e3s", "1e300h", "999999h", "1s "}) {
        EXPECT_FALSE(parse_duration(text)) << text;
    }
}

TEST(Values, DurationsBackToText) {
    EXPECT_EQ(duration_text(10s), "10s");
    EXPECT_EQ(duration_text(60s), "1min");
    EXPECT_EQ(duration_text(1500ms), "1500ms");
    EXPECT_EQ(duration_text(Duration::zero()), "0ms");
}

TEST(Values, Sizes) {
    EXPECT_EQ(parse_size("500MB"), 500'000'000U);
    EXPECT_EQ(parse_size("1.5GB"), 1'500'000'000U);
    EXPECT_EQ(parse_size("800kB"), 800'000U);
    for (const auto* text : {"", "GB", "1", "1 GB", "-1GB", "1gb", "99999999GB", "nanGB"}) {
        EXPECT_FALSE(parse_size(text)) << text;
    }
}

TEST(Values, Bauds) {
    EXPECT_EQ(parse_baud("auto"), Result<std::optional<std::uint32_t>>(std::nullopt));
    EXPECT_EQ(**parse_baud("9600"), 9600U);
    EXPECT_FALSE(parse_baud("0"));
    EXPECT_FALSE(parse_baud("fast"));
}

TEST(Values, NearestName) {
    constexpr auto known = std::to_array<std::string_view>({"port", "baud", "interval"});
    EXPECT_EQ(nearest("intervall", known), "interval");
    EXPECT_EQ(nearest("Port", known), "port");
    EXPECT_EQ(nearest("zzz", known), "");
}

TEST(Values, BusChoice) {
    EXPECT_TRUE(parse_bus_choice("session"));
    EXPECT_TRUE(parse_bus_choice("unix:path=/run/dbus"));
    EXPECT_TRUE(parse_bus_choice("tcp:host=venus,port=78"));
    EXPECT_EQ(
        parse_bus_choice("sesion").error().where,
        "expected auto, session, system, off or an address such as unix:path=/run/bus, got \"sesion\", did "
        "you mean \"session\"?");
}

TEST(Output, TablesAlignByWhatIsSeen) {
    Table table({Table::Align::left, Table::Align::right});
    table.row({"a", "1 °C"});
    table.row({"long", "20 mΩ"});
    EXPECT_EQ(table.text(false, 1), " a      1 °C\n long  20 mΩ\n");
}

TEST(Output, ColourOnlyWhenWanted) {
    EXPECT_EQ(paint("x", Style::red, false), "x");
    EXPECT_EQ(paint("x", Style::red, true), "\x1b[31mx\x1b[0m");
}

TEST(Output, Csv) {
    EXPECT_EQ(csv_line({"a", "", "b,c", "d\"e"}), "a,,\"b,c\",\"d\"\"e\"\n");
    EXPECT_EQ(csv_line({"", "a"}), ",a\n");
}

TEST(Output, JsonKeepsUtf8AndReplacesWhatIsNone) {
    std::string out;
    append_json_text(out, "\"\\\n°C \xff\xc3");
    EXPECT_EQ(out, "\"\\\"\\\\\\u000a°C \\ufffd\\ufffd\"");
}

}  // namespace
}  // namespace packwire::app
