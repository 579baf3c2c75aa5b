// SPDX-License-Identifier: MIT
#include "bank/memory.hpp"

#include <gtest/gtest.h>

#include "bank/memory_text.hpp"

namespace packwire::test {
namespace {

using namespace std::chrono_literals;

bank::Memory full_memory() {
    bank::Memory memory;
    memory.packs = {
        {.id = "PACK1", .bus = "tcp://10.0.0.1:4 001?a=%20", .address = 1, .seen = WallTime{} + 5s},
        {.id = "PACK2", .bus = "", .address = 2, .seen = WallTime{} + 7s},
    };
    auto& history = memory.history;
    history.charged = 1.0 / 3;
    history.discharged = 1e-17;
    history.deepest = 60;
    history.discharges = 12345678901234;
    history.voltage_min = -0.0;
    history.temperature_max = 44.5;
    history.since_full = 86400.25;
    history.written = WallTime{} + 123456789ns;
    auto& control = memory.control.emplace();
    control.mode = bank::ChargeMode::absorption;
    control.mode_for = 17min;
    control.charge_voltage = 55.123456789;
    control.discharge_stop = bank::DischargeStop::cell;
    control.discharge_stopped_for = 61s;
    control.discharge_stops = 3;
    control.full_soc = 98.7;
    control.last_full_charge = WallTime{} + 9s;
    auto& limits = control.limits.emplace();
    limits.charge_voltage = 55.1;
    limits.charge_request = true;
    limits.charge_mode = "Bulk: of P2, 55.2 V";
    return memory;
}

TEST(BankMemory, ComesBackAsItWas) {
    const auto memory = full_memory();
    const auto read = bank::load(bank::save(memory));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, memory);
}

TEST(BankMemory, EmptyComesBackEmpty) {
    const auto read = bank::load(bank::save({}));
    ASSERT_TRUE(read);
    EXPECT_EQ(*read, bank::Memory{});
}

TEST(BankMemory, CutOffAnywhereItIsRefused) {
    const auto text = bank::save(full_memory());
    for (std::size_t size = 0; size < text.size(); ++size)
        EXPECT_FALSE(bank::load(std::string_view(text).substr(0, size))) << size;
}

TEST(BankMemory, AnyByteChangedItIsRefused) {
    const auto text = bank::save(full_memory());
    for (std::size_t i = 0; i < text.size(); ++i) {
        auto damaged = text;
        damaged[i] = static_cast<char>(damaged[i] ^ 1);
        const auto read = bank::load(damaged);
        ASSERT_FALSE(read) << i;
        EXPECT_EQ(read.error().code, Errc::io);
    }
}

TEST(BankMemory, WhatANewerVersionWroteBesidesIsPassedOver) {
    const auto read = bank::load(with_line(bank::save(full_memory()), "history.moons 7"));
    ASSERT_TRUE(read) << to_string(read.error());
    EXPECT_EQ(*read, full_memory());
}

TEST(BankMemory, AValueThatIsNoneIsRefused) {
    for (const auto* line :
         {"last_x", "voltage_max nan", "voltage_max 3.4x", "voltage_max ", "low_voltage 1"}) {
        const auto read = bank::load(with_line(bank::save(full_memory()), line));
        const bool passed_over = std::string_view(line).starts_with("l");
        EXPECT_EQ(read.has_value(), passed_over) << line;
    }
    auto memory = full_memory();
    memory.control->mode = static_cast<bank::ChargeMode>(9);
    EXPECT_FALSE(bank::load(bank::save(memory))) << "a mode that does not exist";
}

}  // namespace
}  // namespace packwire::test
