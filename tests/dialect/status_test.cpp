// SPDX-License-Identifier: MIT
/// Every status bit by name and class, typed from protocol 4.1 to 4.7; names by the rule of 2.10. Then the
/// alarms that each raises, typed from bank 9.
#include <gtest/gtest.h>

#include <array>
#include <nlohmann/json.hpp>

#include "dialect/live.hpp"
#include "model/format.hpp"
#include "model/snapshot.hpp"

namespace packwire {
namespace {

using model::Alarm;
using enum model::FlagClass;
using model::metric;
using test::LiveDraft;

struct Bit {
    const char* word;
    unsigned bit;
    const char* name;
    model::FlagClass flag_class;
};

// clang-format off
constexpr Bit bits[] = {
    {"voltage_status", 0, "cell_overvoltage_protection", protection},
    {"voltage_status", 1, "cell_undervoltage_protection", protection},
    {"voltage_status", 2, "pack_overvoltage_protection", protection},
    {"voltage_status", 3, "pack_undervoltage_protection", protection},
    {"voltage_status", 4, "cell_overvoltage_alarm", alarm},
    {"voltage_status", 5, "cell_undervoltage_alarm", alarm},
    {"voltage_status", 6, "pack_overvoltage_alarm", alarm},
    {"voltage_status", 7, "pack_undervoltage_alarm", alarm},
    {"voltage_status", 8, "cell_voltage_difference_alarm", alarm},
    {"voltage_status", 9, "overvoltage_lockout_protection", protection},
    {"voltage_status", 10, "undervoltage_lockout_protection", protection},
    {"voltage_status", 11, "temperature_difference_alarm", alarm},
    {"voltage_status", 12, "cell_failure", fault},
    {"voltage_status", 13, "fuse_blown", fault},
    {"voltage_status", 14, "cell_voltage_difference_protection", protection},
    {"voltage_status", 15, "system_entering_sleep", state},

    {"current_status", 0, "charging", state},
    {"current_status", 1, "discharging", state},
    {"current_status", 2, "charge_overcurrent_protection", protection},
    {"current_status", 3, "short_circuit_protection", protection},
    {"current_status", 4, "discharge_overcurrent_1_protection", protection},
    {"current_status", 5, "discharge_overcurrent_2_protection", protection},
    {"current_status", 6, "charge_overcurrent_alarm", alarm},
    {"current_status", 7, "discharge_overcurrent_alarm", alarm},
    {"current_status", 8, "overcurrent_lockout_protection", protection},
    {"current_status", 9, "reverse_connection_protection", protection},
    {"current_status", 10, "current_multiplier", format},
    {"current_status", 11, "current_limiting_active", state},
    {"current_status", 15, "no_load", state},

    {"temperature_status", 0, "charge_over_temperature_protection", protection},
    {"temperature_status", 1, "charge_under_temperature_protection", protection},
    {"temperature_status", 2, "discharge_over_temperature_protection", protection},
    {"temperature_status", 3, "discharge_under_temperature_protection", protection},
    {"temperature_status", 4, "ambient_over_temperature_protection", protection},
    {"temperature_status", 5, "ambient_under_temperature_protection", protection},
    {"temperature_status", 6, "mosfet_over_temperature_protection", protection},
    {"temperature_status", 7, "mosfet_under_temperature_protection", protection},
    {"temperature_status", 8, "charge_over_temperature_alarm", alarm},
    {"temperature_status", 9, "charge_under_temperature_alarm", alarm},
    {"temperature_status", 10, "discharge_over_temperature_alarm", alarm},
    {"temperature_status", 11, "discharge_under_temperature_alarm", alarm},
    {"temperature_status", 12, "ambient_over_temperature_alarm", alarm},
    {"temperature_status", 13, "ambient_under_temperature_alarm", alarm},
    {"temperature_status", 14, "mosfet_over_temperature_alarm", alarm},
    {"temperature_status", 15, "mosfet_under_temperature_alarm", alarm},

    {"alarm_status", 0, "cell_voltage_difference_alarm", alarm},
    {"alarm_status", 1, "charge_mosfet_damaged_alarm", alarm},
    {"alarm_status", 2, "external_sd_card_failure", fault},
    {"alarm_status", 3, "spi_failure", fault},
    {"alarm_status", 4, "eeprom_failure", fault},
    {"alarm_status", 5, "led_alarm", state},     // enabled, no alarm: erratum 41
    {"alarm_status", 6, "buzzer_alarm", state},  // the same
    {"alarm_status", 7, "low_battery_alarm", alarm},
    {"alarm_status", 8, "mosfet_over_temperature_protection", protection},
    {"alarm_status", 9, "heating_film_failure", fault},
    {"alarm_status", 10, "current_limiter_board_failure", fault},
    {"alarm_status", 11, "sampling_failure", fault},
    {"alarm_status", 12, "cell_failure", fault},
    {"alarm_status", 13, "temperature_sensor_failure", fault},
    {"alarm_status", 14, "charge_mosfet_failure", fault},
    {"alarm_status", 15, "discharge_mosfet_failure", fault},

    {"fet_status", 0, "charge_mosfet_on", state},
    {"fet_status", 1, "discharge_mosfet_on", state},
    {"fet_status", 2, "charge_mosfet_failure", fault},
    {"fet_status", 3, "discharge_mosfet_failure", fault},
    {"fet_status", 6, "heating_on", state},
    {"fet_status", 7, "constant_current_mosfet_on", state},
    {"fet_status", 8, "close_4g_module", state},
    {"fet_status", 9, "charge_signal_present", state},
    {"fet_status", 10, "powered_from_pack", state},
    {"fet_status", 11, "led_alarm_enabled", state},
    {"fet_status", 12, "buzzer_enabled", state},
    {"fet_status", 13, "afe_chip_failure", fault},
    {"fet_status", 14, "afe_alarm_pin_failure", fault},
    {"fet_status", 15, "low_battery_protection", protection},

    {"io_status", 0, "charger_online", state},
    {"io_status", 1, "acc_signal", state},
    {"io_status", 2, "on_signal", state},
    {"io_status", 3, "aerosol_detected", state},
    {"io_status", 4, "discharge_locked", state},
    {"io_status", 5, "anti_theft_locked", state},
    {"io_status", 6, "charge_locked", state},
    {"io_status", 8, "pre_discharge_mosfet_on", state},
    {"io_status", 9, "balancer_active", state},
    {"io_status", 12, "crystal_failure", fault},
    {"io_status", 13, "eeprom_failure", fault},
};

struct Group {
    const char* word;
    unsigned bit, width;
    const char* name;
};
constexpr Group groups[] = {{"current_status", 12, 3, "battery_state"}, {"fet_status", 4, 2, "current_limit_mode"}};

/// Bits that the document leaves without a name: they show in `raw` only.
constexpr std::pair<const char*, unsigned> nameless[] = {
    {"io_status", 7}, {"io_status", 10}, {"io_status", 11}, {"io_status", 14}, {"io_status", 15}};
// clang-format on

nlohmann::json status(const char* word, unsigned raw) {
    LiveDraft pack;
    EXPECT_TRUE(pack.draft.set_raw(word, static_cast<std::int32_t>(raw)));
    const auto record = pack.decode();
    EXPECT_TRUE(record);
    std::string json;
    if (record) model::append_fields_json(json, *record);
    return nlohmann::json::parse(json).at(word);
}

const model::Flag* find_flag(const char* word, unsigned bit) {
    for (const auto& field : test::with_flag().fields) {
        if (field.name != word) continue;
        for (const auto& flag : field.flags) {
            if (flag.bit == bit) return &flag;
        }
    }
    return nullptr;
}

TEST(Status, EveryBitHasItsNameAndClass) {
    for (const auto& bit : bits) {
        const auto json = status(bit.word, 1U << bit.bit);
        EXPECT_EQ(json["raw"], 1U << bit.bit);
        EXPECT_EQ(json["flags"], nlohmann::json{bit.name}) << bit.word << ' ' << bit.bit;
        const auto* flag = find_flag(bit.word, bit.bit);
        ASSERT_NE(flag, nullptr) << bit.word << ' ' << bit.bit;
        EXPECT_EQ(model::name(flag->flag_class), model::name(bit.flag_class)) << bit.word << ' ' << bit.bit;
    }
}

TEST(Status, TheTableHasEveryBit) {
    for (const auto* word : {"voltage_status", "current_status", "temperature_status", "alarm_status",
                             "fet_status", "io_status"}) {
        unsigned seen = 0;
        for (const auto& bit : bits) seen |= std::string(bit.word) == word ? 1U << bit.bit : 0;
        for (const auto& bit : nameless) seen |= std::string(bit.first) == word ? 1U << bit.second : 0;
        for (const auto& group : groups) {
            if (std::string(group.word) == word) seen |= ((1U << group.width) - 1U) << group.bit;
        }
        EXPECT_EQ(seen, 0xFFFFU) << word;
    }
    for (const auto& [word, bit] : nameless)
        EXPECT_EQ(status(word, 1U << bit)["flags"], nlohmann::json::array());
}

TEST(Status, GroupsOfBitsAreNumbers) {
    for (const auto& group : groups) {
        for (unsigned value = 0; value < 1U << group.width; ++value) {
            const auto json = status(group.word, value << group.bit);
            EXPECT_EQ(json[group.name], value) << group.name;
            EXPECT_EQ(json["flags"], nlohmann::json::array());
        }
    }
}

TEST(Status, MachineStates) {
    constexpr const char* states[] = {"0 initialisation", "1 self_check",   "2 ready",
                                      "3 discharge",      "4 charge",       "5 fault",
                                      "6 power_off",      "7 factory_mode", "8"};
    for (std::int32_t i = 0; i < 9; ++i) {
        LiveDraft pack;
        ASSERT_TRUE(pack.draft.set_raw("machine_status", i));
        const auto record = pack.decode();
        ASSERT_TRUE(record);
        for (const auto& row : model::field_texts(*record)) {
            if (row.name != "machine_status") continue;
            EXPECT_EQ(row.value, states[i]);
        }
    }
}

struct Raised {
    const char* word;
    unsigned bit;
    Alarm alarm;
    int level;
};

// clang-format off
constexpr Raised raised[] = {
    {"voltage_status", 0, Alarm::high_cell_voltage, 2}, {"voltage_status", 4, Alarm::high_cell_voltage, 1},
    {"voltage_status", 1, Alarm::low_cell_voltage, 2}, {"voltage_status", 5, Alarm::low_cell_voltage, 1},
    {"voltage_status", 2, Alarm::high_voltage, 2}, {"voltage_status", 6, Alarm::high_voltage, 1},
    {"voltage_status", 3, Alarm::low_voltage, 2}, {"voltage_status", 7, Alarm::low_voltage, 1},
    {"voltage_status", 14, Alarm::cell_imbalance, 2}, {"voltage_status", 8, Alarm::cell_imbalance, 1},
    {"voltage_status", 13, Alarm::fuse_blown, 2}, {"voltage_status", 9, Alarm::internal_failure, 2},
    {"voltage_status", 10, Alarm::internal_failure, 2}, {"voltage_status", 12, Alarm::internal_failure, 2},
    {"current_status", 2, Alarm::high_charge_current, 2}, {"current_status", 6, Alarm::high_charge_current, 1},
    {"current_status", 4, Alarm::high_discharge_current, 2}, {"current_status", 5, Alarm::high_discharge_current, 2},
    {"current_status", 7, Alarm::high_discharge_current, 1}, {"current_status", 3, Alarm::internal_failure, 2},
    {"current_status", 8, Alarm::internal_failure, 2}, {"current_status", 9, Alarm::internal_failure, 2},
    {"temperature_status", 0, Alarm::high_charge_temperature, 2}, {"temperature_status", 8, Alarm::high_charge_temperature, 1},
    {"temperature_status", 1, Alarm::low_charge_temperature, 2}, {"temperature_status", 9, Alarm::low_charge_temperature, 1},
    {"temperature_status", 2, Alarm::high_temperature, 2}, {"temperature_status", 4, Alarm::high_temperature, 2},
    {"temperature_status", 10, Alarm::high_temperature, 1}, {"temperature_status", 12, Alarm::high_temperature, 1},
    {"temperature_status", 3, Alarm::low_temperature, 2}, {"temperature_status", 5, Alarm::low_temperature, 2},
    {"temperature_status", 11, Alarm::low_temperature, 1}, {"temperature_status", 13, Alarm::low_temperature, 1},
    {"temperature_status", 6, Alarm::high_internal_temperature, 2}, {"temperature_status", 14, Alarm::high_internal_temperature, 1},
    {"alarm_status", 0, Alarm::cell_imbalance, 1}, {"alarm_status", 7, Alarm::low_soc, 1},
    {"alarm_status", 8, Alarm::low_soc, 2},  // the MOSFET of these tests is cool
    {"alarm_status", 1, Alarm::internal_failure, 2}, {"alarm_status", 3, Alarm::internal_failure, 2},
    {"alarm_status", 4, Alarm::internal_failure, 2}, {"alarm_status", 10, Alarm::internal_failure, 2},
    {"alarm_status", 11, Alarm::internal_failure, 2}, {"alarm_status", 12, Alarm::internal_failure, 2},
    {"alarm_status", 14, Alarm::internal_failure, 2}, {"alarm_status", 15, Alarm::internal_failure, 2},
    {"alarm_status", 13, Alarm::battery_temperature_sensor, 2},
};
// clang-format on

TEST(Alarms, EachBitRaisesWhatBankSaysAndNothingElse) {
    for (const auto* word :
         {"voltage_status", "current_status", "temperature_status", "alarm_status", "io_status"}) {
        for (unsigned bit = 0; bit < 16; ++bit) {
            model::AlarmLevels expected{};
            for (const auto& row : raised) {
                if (row.word != std::string(word) || row.bit != bit) continue;
                expected[static_cast<std::size_t>(row.alarm)] = static_cast<std::uint8_t>(row.level);
            }
            LiveDraft pack;
            ASSERT_TRUE(pack.draft.set_raw(word, static_cast<std::int32_t>(1U << bit)));
            const auto record = pack.decode();
            ASSERT_TRUE(record);
            model::Snapshot snapshot;
            snapshot.update(*record, {});
            EXPECT_EQ(model::alarms_of(snapshot), expected) << word << ' ' << bit;
        }
    }
}

}  // namespace
}  // namespace packwire
