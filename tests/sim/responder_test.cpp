// SPDX-License-Identifier: MIT
#include "sim/responder.hpp"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <ctime>

#include "dialect/daren/daren.hpp"
#include "sim/values.hpp"
#include "support/golden.hpp"

namespace {

using namespace packwire;
using namespace std::chrono_literals;
using sim::Pack;
using sim::Responder;
namespace daren = dialect::daren;

Responder make_responder(std::uint8_t address, const Pack& pack, bool data_flag = true) {
    auto identity = sim::make_identity(address, pack.settings().cells, pack.settings().capacity_ah);
    identity.model.data_flag = data_flag;
    return {daren::dialect, address, identity};
}

constexpr WallTime when{std::chrono::seconds(1'767'225'600)};  // 2026-01-01

/// Every service, read back by the tables.
void expect_good_answers(const Pack& pack, bool data_flag) {
    auto responder = make_responder(3, pack, data_flag);
    sim::Logbook book;
    book.start(pack, when);
    model::Decoder decoder;
    for (const auto* service : daren::dialect.services) {
        const auto question = dialect::make_request(daren::dialect, *service, 3);
        const auto answer = responder.answer(pack, question, when, book);
        ASSERT_TRUE(answer) << service->code;
        EXPECT_EQ(answer->address, 3);
        EXPECT_EQ(answer->code, service->answer_code) << service->code;
        const auto record = decoder.decode(*service, answer->info());
        ASSERT_TRUE(record) << service->code << " " << record.error().where;
        EXPECT_TRUE(record->surplus().empty()) << service->code;
        EXPECT_EQ(record->size(), record->layout().slots().size()) << service->code;
        EXPECT_TRUE(std::ranges::equal(model::encode(*record), answer->info())) << service->code;
        EXPECT_FALSE(model::check(*record)) << service->code;
    }
}

TEST(Responder, AnswersEveryServiceSoThatItReadsBack) {
    for (const unsigned cells : {1U, 2U, 4U, 8U, 15U, 16U, 17U, 24U, 31U, 32U}) {
        for (const unsigned sensors : {0U, 1U, 2U, 4U, 6U, 20U}) {
            for (const bool data_flag : {true, false}) {
                SCOPED_TRACE(testing::Message()
                             << cells << " cells, " << sensors << " sensors, " << data_flag);
                Pack pack({.cells = cells, .sensors = sensors, .current_a = -12.5});
                pack.advance(90s);
                expect_good_answers(pack, data_flag);
            }
        }
    }
}

class Reading {
public:
    Reading(const Pack& pack, const model::Service& service, bool data_flag = true) {
        auto responder = make_responder(1, pack, data_flag);
        answer_ = *responder.answer(pack, dialect::make_request(daren::dialect, service, 1));
        record_ = *decoder_.decode(service, answer_.info());
    }
    double number(std::string_view field, std::size_t i = 0) {
        return record_.value(record_.layout().find(field).first + i).value_or(NAN);
    }
    std::string text(std::string_view field) { return record_.text(record_.layout().find(field).first); }
    std::uint32_t bits(std::string_view field) { return record_.bits(record_.layout().find(field).first); }
    const model::Record& record() { return record_; }

private:
    model::Decoder decoder_;
    wire::Frame answer_;
    model::Record record_;
};

TEST(Responder, TellsThePhysics) {
    Pack pack({.health_percent = 80, .soc_percent = 67, .current_a = -10.5, .cycle_count = 204});
    Reading live(pack, daren::live_data);
    EXPECT_EQ(live.record().variant(), "with_data_flag");
    EXPECT_DOUBLE_EQ(live.number("state_of_charge"), 67);
    EXPECT_DOUBLE_EQ(live.number("full_charge_capacity"), 80);
    EXPECT_DOUBLE_EQ(live.number("remaining_capacity"), 53.6);
    EXPECT_DOUBLE_EQ(live.number("state_of_health"), 80);
    EXPECT_DOUBLE_EQ(live.number("pack_current"), -10.5);
    EXPECT_DOUBLE_EQ(live.number("cycle_count"), 204);
    EXPECT_DOUBLE_EQ(live.number("cell_voltage", 5), pack.cell_millivolts(5) / 1000.0);
    EXPECT_NEAR(live.number("pack_voltage"), pack.total_millivolts() / 1000.0, 0.01);
    EXPECT_EQ(live.bits("fet_status"), 0x23U);  // as in the captures, protocol 11.5
    EXPECT_EQ(live.bits("current_status"), 0b10U);
    EXPECT_EQ(Reading(pack, daren::live_data, false).record().variant(), "without_data_flag");
}

TEST(Responder, ShowsAProtection) {
    Pack pack({.cells = 20, .current_a = -10});
    pack.fix_cell_voltage(18, 2.4);
    pack.advance(5s);
    Reading live(pack, daren::live_data);
    EXPECT_EQ(live.bits("voltage_status") & 0b100010U, 0b100010U);
    EXPECT_EQ(live.bits("fet_status"), 0x20U);  // 0.9 V between cells stops both
    EXPECT_EQ(live.bits("cell_undervoltage_protection"), 1U << 18U);
    EXPECT_EQ(live.number("pack_current"), 0.0);
    EXPECT_EQ(Reading(pack, daren::protection_counters).number("cell_undervoltage_count"), 1);
}

TEST(Responder, KnowsItsLimitsAndItsName) {
    const Pack pack({.health_percent = 90});
    Reading limits(pack, daren::system_parameters);
    EXPECT_DOUBLE_EQ(limits.number("cell_voltage_upper_limit"), 3.65);
    EXPECT_DOUBLE_EQ(limits.number("pack_voltage_lower_limit_per_cell"), 2.5);
    EXPECT_DOUBLE_EQ(limits.number("temperature_lower_limit"), -5);
    EXPECT_DOUBLE_EQ(limits.number("charge_current_limit"), 120);
    EXPECT_DOUBLE_EQ(limits.number("nominal_capacity"), 90);
    EXPECT_EQ(limits.text("product_barcode"), "IS0M1");
    EXPECT_EQ(limits.text("bms_barcode"), "IS0M000000000010");
    Reading made(pack, daren::manufacturing);
    EXPECT_EQ(made.text("pack_serial_number"), "SIM0000000000001");
    EXPECT_EQ(made.text("production_date"), "2026-01-01");
    Reading who(pack, daren::manufacturer_info);
    EXPECT_EQ(who.text("hardware_type"), "T1_S");
    EXPECT_EQ(who.text("project_code"), "16S100A");
    EXPECT_EQ(who.text("software_version"), "1.5.5");
}

TEST(Responder, Tells80AsTheDocumentSuggests) {
    const Pack pack({});
    auto responder = make_responder(1, pack);
    const auto answer =
        responder.answer(pack, dialect::make_request(daren::dialect, daren::basic_parameters, 1));
    ASSERT_TRUE(answer);
    std::string golden;
    for (const auto& file : test::golden_files()) {
        if (file.stem() == "80-defaults") golden = test::read_golden(file).response;
    }
    EXPECT_EQ(wire::encode(*answer), golden);
}

TEST(Responder, TellsTheTime) {
    const Pack pack({});
    auto responder = make_responder(1, pack);
    std::tm local{};
    local.tm_year = 126, local.tm_mon = 10, local.tm_mday = 22;
    local.tm_hour = 7, local.tm_min = 5, local.tm_sec = 9, local.tm_isdst = -1;
    const auto now = std::chrono::system_clock::from_time_t(std::mktime(&local));
    const auto answer = responder.answer(pack, dialect::make_request(daren::dialect, daren::clock, 1), now);
    ASSERT_TRUE(answer);
    EXPECT_EQ(std::vector(answer->info().begin(), answer->info().end()),
              (std::vector<std::uint8_t>{0x07, 0xEA, 0x0B, 0x16, 0x07, 0x05, 0x09}));
}

TEST(Responder, TellsAlarmStates) {
    Pack pack({.current_a = -10});
    pack.fix_cell_voltage(5, 2.4);
    pack.advance(5s);
    Reading states(pack, daren::alarm_states);
    EXPECT_EQ(states.number("cell_discharge_undervoltage", 5), 1);
    EXPECT_EQ(states.number("cell_discharge_undervoltage", 4), 0);
    EXPECT_EQ(states.number("monitored_temperature_count"), 4);
    EXPECT_EQ(Reading(Pack({.current_a = 10}), daren::switch_state).number("charge_discharge_state"), 1);
    EXPECT_EQ(Reading(Pack({.current_a = -10}), daren::switch_state).number("charge_discharge_state"), 2);
    EXPECT_EQ(Reading(Pack({}), daren::switch_state).number("charge_discharge_state"), 0);
}

TEST(Responder, KnowsTheParametersOf80ByName) {
    const Pack pack({.cells = 8});
    EXPECT_EQ(sim::value_of(pack, "cell_overvoltage_protection_threshold", 0), 3.65);
    EXPECT_EQ(sim::value_of(pack, "cell_overvoltage_protection_delay", 0), 1.0);
    EXPECT_EQ(sim::value_of(pack, "pack_overvoltage_alarm_release", 0), 27.6);
    EXPECT_FALSE(sim::value_of(pack, "nothing_of_the_kind", 0));
}

TEST(SwapPairs, IsItsOwnInverse) {
    EXPECT_EQ(sim::swap_pairs("DJM2205180061"), "JD2M021508601");
    EXPECT_EQ(sim::swap_pairs(sim::swap_pairs("SIM0000000000001")), "SIM0000000000001");
}

struct Refusal {
    std::uint8_t cid2;
    std::vector<std::uint8_t> info;
    int rtn;  ///< below 0: silence
};

TEST(Responder, RefusesByTheRules) {
    const Pack pack({});
    auto responder = make_responder(1, pack);
    const Refusal cases[] = {
        {0x42, {1}, 0},
        {0x42, {0xFF}, 0},  // any group
        {0x42, {}, 5},
        {0x42, {1, 2}, 5},
        {0x43, {}, 0},
        {0x44, {}, 5},
        {0x4B, {0, 1}, 6},  // nothing remembered
        {0x4C, {2, 1}, 6},
        {0x4B, {3, 1}, 6},
        {0x52, {0xFF}, 0},
        {0x52, {1}, 6},
        {0x84, {1}, 0x85},
        {0x86, {}, 4},
        {0xA0, {1, 1, 1, 6, 0}, 0},
        {0xA0, {1, 1, 5, 1, 0}, 4},
        {0xA0, {1, 2, 1, 6, 2, 0, 80}, 4},  // a write
        {0xB0, {1, 1, 7, 1, 0}, 0},
        {0xB0, {1, 1, 7, 12, 0}, 0},
        {0x45, {1, 0x0D}, 4},
        {0x81, {1, 0, 0x0E, 0x42}, 4},
        {0x50, {}, 0},
        {0x50, {1, 4}, 0},
        {0x50, {1}, 5},
        {0x50, {1, 3}, 6},
        {0x83, {1, 1}, 0},
        {0x83, {1, 2, 1, 0, 0}, 4},  // a write
        {0x83, {1, 9}, 6},
        {0xB0, {1, 1, 3, 0xFF, 0}, 0},
        {0xB0, {1, 1, 3, 0xFF, 2}, 0},  // as the vendor's tool sends it
        {0xB0, {1, 1, 3, 0xFF}, 5},
        {0xB0, {1, 1, 3, 0x01, 0}, 6},
        {0xB0, {1, 2, 4, 3, 2, 0x29, 4}, 4},  // a write
        {0xB0, {1, 1, 9, 0xFF, 0}, 4},
        {0x04, {}, -1},  // no question
    };
    for (const auto& one : cases) {
        auto question = dialect::make_answer(daren::dialect, 1, one.info, one.cid2);
        const auto answer = responder.answer(pack, question);
        ASSERT_EQ(answer.has_value(), one.rtn >= 0) << int{one.cid2};
        if (!answer) continue;
        EXPECT_EQ(answer->code, one.rtn) << int{one.cid2} << " " << one.info.size();
        if (one.rtn != 0 && one.rtn != 0x85) {
            EXPECT_TRUE(answer->info().empty());
        }
    }
}

TEST(Responder, IsSilentToOthersQuestions) {
    const Pack pack({});
    auto responder = make_responder(1, pack);
    auto question = dialect::make_request(daren::dialect, daren::live_data, 2);
    EXPECT_FALSE(responder.answer(pack, question));
    question.address = 1;
    EXPECT_TRUE(responder.answer(pack, question));
    question.version = 0x20;
    EXPECT_FALSE(responder.answer(pack, question));
}

/// Source: protocol 11.1.
TEST(Responder, TellsItsMasterInAFixedForm) {
    const Pack pack({.cells = 15, .sensors = 3, .soc_percent = 67.8, .current_a = -12.5});
    Reading link(pack, daren::slave_data);
    EXPECT_EQ(link.record().info().size(), 76U);
    EXPECT_EQ(link.number("address"), 1);
    EXPECT_EQ(link.number("state_of_charge"), 67);
    EXPECT_DOUBLE_EQ(link.number("pack_current"), -12.5);
    EXPECT_DOUBLE_EQ(link.number("cell_voltage", 14), pack.cell_millivolts(14) / 1000.0);
    EXPECT_EQ(link.number("cell_voltage", 15), 0);
    EXPECT_NEAR(link.number("cell_temperature", 3), pack.mosfet_temperature(), 0.051);
    EXPECT_EQ(link.bits("current_status"), 2U);
}

TEST(Responder, TellsItsPorts) {
    const Pack pack({});
    Reading rs485(pack, daren::rs485_port);
    EXPECT_EQ(rs485.number("protocol_code"), 0xCA);
    Reading can(pack, daren::can_port);
    EXPECT_EQ(can.number("protocol_code"), 7);
    EXPECT_EQ(Reading(pack, daren::newer_device_address).number("device_address"), 1);
}

TEST(Responder, ReadsBackAControlState) {
    const Pack pack({});
    auto responder = make_responder(1, pack);
    const std::vector<std::uint8_t> asked{1, 4};
    const auto answer = responder.answer(pack, dialect::make_answer(daren::dialect, 1, asked, 0x50));
    ASSERT_TRUE(answer);
    EXPECT_EQ(std::vector(answer->info().begin(), answer->info().end()),
              (std::vector<std::uint8_t>{1, 4, 1}));
}

}  // namespace
