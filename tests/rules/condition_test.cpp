// SPDX-License-Identifier: MIT
#include "rules/condition.hpp"

#include <gtest/gtest.h>

#include <ostream>

#include "rules/rule.hpp"
#include "sink/seed.hpp"

namespace packwire::rules {
namespace {

TEST(Condition, SaysWhatWasWritten) {
    for (const auto* written : {"bank.state_of_charge >= 99.5", "pack.JD2M02150860 1.cell_voltage.max > 3.45",
                                "bank.cell_voltage.7 < 3", "pack.a.b.cell_temperature.min <= -5",
                                "bank.modules_online != 4", "bank.alarm.low_soc >= 1"}) {
        const auto condition = parse_condition(written);
        ASSERT_TRUE(condition) << condition.error().where;
        EXPECT_EQ(text(*condition), written);
    }
    EXPECT_EQ(text(*parse_condition("bank.stale")), "bank.stale >= 1");
    EXPECT_EQ(text(*parse_condition(" bank.alarm.bms_cable ")), "bank.alarm.bms_cable >= 1");
    EXPECT_EQ(parse_condition("pack.a.b.cell_temperature.min<=-5")->quantity.pack, "a.b");
}

TEST(Condition, TheSubjectMayBeLeftToWhen) {
    EXPECT_EQ(text(*parse_condition("state_of_charge < 95", "")), "bank.state_of_charge < 95");
    EXPECT_EQ(text(*parse_condition("state_of_charge < 95", "P 1")), "pack.P 1.state_of_charge < 95");
    EXPECT_EQ(text(*parse_condition("bank.state_of_charge < 95", "P 1")), "bank.state_of_charge < 95");
}

struct Bad {
    const char* text;
    const char* error;
};
std::ostream& operator<<(std::ostream& out, const Bad& bad) {
    return out << bad.text;
}
class BadCondition : public testing::TestWithParam<Bad> {};

TEST_P(BadCondition, IsRefusedInWords) {
    const auto condition = parse_condition(GetParam().text);
    ASSERT_FALSE(condition);
    EXPECT_EQ(condition.error().code, Errc::bad_config);
    EXPECT_NE(condition.error().where.find(GetParam().error), std::string::npos) << condition.error().where;
}

INSTANTIATE_TEST_SUITE_P(
    Rules, BadCondition,
    testing::Values(
        Bad{"", "unknown quantity"}, Bad{"bank.soc > 5", "unknown quantity \"soc\""},
        Bad{"state_of_charge > 5", "whose?"}, Bad{"bank.alarm.fire", "unknown alarm \"fire\""},
        Bad{"pack.state_of_charge > 5", "unknown quantity"}, Bad{"pack..stale", "unknown quantity"},
        Bad{"bank.state_of_charge", "expected a comparison"},
        Bad{"bank.state_of_charge >= ", "expected a number"},
        Bad{"bank.state_of_charge >= nan", "expected a number"},
        Bad{"bank.state_of_charge >= 5 %", "expected a number"},
        Bad{"bank.state_of_charge => 5", "expected >="}, Bad{"bank.state_of_charge = 5", "expected >="},
        Bad{"bank.state_of_charge > 101", "can be reached"}, Bad{"bank.state_of_charge > 100", "never true"},
        Bad{"bank.state_of_charge >= 0", "always true"},
        Bad{"bank.state_of_charge == 50", "hardly ever equal"},
        Bad{"bank.cell_voltage > 3", "cell_voltage.min"}, Bad{"bank.cell_voltage.33 > 3", "unknown quantity"},
        Bad{"bank.cell_voltage.max > 53", "can be reached"}, Bad{"bank.charge_mode > 1", "is text"},
        Bad{"pack.a.voltage_status > 1", "word of flags"},
        Bad{"bank.internal_resistance > 1", "only packs have"},
        Bad{"pack.a.modules > 1", "only the bank has"}, Bad{"bank.alarm.low_soc > 2", "never true"}));

TEST(Condition, OnAndOffMustNotBothHold) {
    const auto both = [](const char* on, const char* off) {
        return overlap(*parse_condition(on, ""), *parse_condition(off, ""));
    };
    EXPECT_FALSE(both("state_of_charge >= 95", "state_of_charge < 85"));
    EXPECT_FALSE(both("state_of_charge >= 95", "state_of_charge < 95"));
    EXPECT_TRUE(both("state_of_charge >= 95", "state_of_charge <= 95"));
    EXPECT_TRUE(both("state_of_charge >= 85", "state_of_charge < 95"));
    EXPECT_TRUE(both("state_of_charge > 85", "state_of_charge > 95"));
    EXPECT_FALSE(both("state_of_charge < 20", "state_of_charge > 30"));
    EXPECT_FALSE(both("state_of_charge < 20", "cell_voltage.min > 3"));
}

TEST(Quantity, IsReadFromAPack) {
    test::SeedPack seed;
    const auto value = [&](const char* text) { return read(*parse_quantity(text, "x"), seed.pack); };
    EXPECT_EQ(value("state_of_charge"), 67);
    EXPECT_EQ(value("stale"), 0);
    EXPECT_EQ(value("alarm.low_soc"), 0);
    EXPECT_TRUE(value("cell_voltage.16"));
    EXPECT_FALSE(value("cell_voltage.17")) << "a pack of 16 cells";
    seed.pack.freshness = bank::Freshness::stale;
    EXPECT_FALSE(value("state_of_charge"));
    EXPECT_FALSE(value("alarm.low_soc"));
    EXPECT_EQ(value("stale"), 1);
    EXPECT_TRUE(value("cycle_count")) << "what only grows is not less true";
}

TEST(Quantity, APackHasItsIdOrWhatIsLeftOfIt) {
    const auto as_it_is = parse_quantity("pack.JD2M02150860 1.stale");
    const auto reduced = parse_quantity("pack.JD2M02150860_1.stale");
    EXPECT_TRUE(is_of(*as_it_is, "JD2M02150860 1"));
    EXPECT_TRUE(is_of(*reduced, "JD2M02150860 1"));
    EXPECT_FALSE(is_of(*reduced, "JD2M02150860 2"));
    EXPECT_FALSE(is_of(*parse_quantity("bank.stale"), ""));
}

TEST(Window, MaySpanMidnight) {
    using std::chrono::hours;
    const auto day = parse_window("08:00-18:00");
    EXPECT_TRUE(contains(*day, hours(8)));
    EXPECT_FALSE(contains(*day, hours(18)));
    const auto night = parse_window("22:00-06:00");
    EXPECT_TRUE(contains(*night, hours(23)));
    EXPECT_TRUE(contains(*night, hours(0)));
    EXPECT_FALSE(contains(*night, hours(6)));
    for (const auto* bad : {"", "8-18", "08:00", "08:00-08:00", "08:60-09:00", "24:01-25:00", "-08:00-09:00"})
        EXPECT_FALSE(parse_window(bad)) << bad;
}

TEST(Action, UrlsTopicsAndHeadersAreChecked) {
    EXPECT_EQ(parse_request("POST http://a/b")->method, "POST");
    EXPECT_EQ(parse_request("https://a")->url, "https://a");
    for (const auto* bad : {"", "a", "ftp://a", "http://", "http:///x", "get http://a", "POST  http://a",
                            "http://user:secret@a/", "http://a\nb"})
        EXPECT_FALSE(parse_request(bad)) << bad;
    EXPECT_TRUE(parse_topic("a/b"));
    for (const auto* bad : {"", "a/#", "+/b"}) EXPECT_FALSE(parse_topic(bad)) << bad;
    EXPECT_TRUE(check_header("A: b"));
    for (const auto* bad : {"", "A", ": b", "A b: c", "A: b\r\nC: d"}) EXPECT_FALSE(check_header(bad)) << bad;
}

}  // namespace
}  // namespace packwire::rules
