// SPDX-License-Identifier: MIT
#include "sim/models.hpp"

#include <algorithm>
#include <array>

namespace packwire::sim {

namespace {

using namespace std::chrono_literals;

using Names = std::string_view;

// No capture says which firmware writes which form of 4B; so each form has its packs. Source: protocol 3.7.
constexpr auto oldest = std::to_array<Names>({"v0", "temperatures_plus_50"});
constexpr auto plain_history = std::to_array<Names>({"v0"});
constexpr auto packed_history = std::to_array<Names>({"v0_packed_month"});
constexpr auto newer_history = std::to_array<Names>({"v1"});

/// Nobody has seen 43 and 44 answered. Source: protocol 3.2, 10.
constexpr auto unseen = std::to_array<Names>({"43", "44"});
/// 52 and the ports of B0/7 are of newer firmware. Source: protocol 3.11, 3.22.
constexpr auto unseen_and_newer = std::to_array<Names>({"43", "44", "52", "B0/7"});

/// Heard on display lines only. Source: protocol 11.2.
constexpr auto unnamed = std::to_array<Names>({"83", "B0/4", "B0/7"});

/// 51 with 35 bytes; 80 with 104 words. Source: protocol 3.12, 3.13.
constexpr auto short_answers = std::to_array<Names>({"extra", "charge_voltage_limit"});
constexpr auto short_identity = std::to_array<Names>({"extra"});

// Source: protocol 5.2, 11.5.
constexpr std::uint16_t buzzer = 0x1000;
constexpr std::uint16_t io_bit_14 = 0x4000;
constexpr auto buzzer_only = std::to_array<AlwaysSet>({{"fet_status", buzzer}});
constexpr auto io_only = std::to_array<AlwaysSet>({{"io_status", io_bit_14}});
constexpr auto buzzer_and_io = std::to_array<AlwaysSet>({{"fet_status", buzzer}, {"io_status", io_bit_14}});

constexpr auto rows = std::to_array<Model>({
    {
        .name = "SIM01",
        .what = "no firmware there is: answers all that packwire can read",
        .variants = newer_history,
    },
    {
        .name = "STD08",
        .what = "newer firmware: 51 with 37 bytes, io_status bit 14, fet_status 1023",
        .hardware_type = "T1",
        .product_code = "STD08",
        .project_code = "16S100JC25",
        .extra = "HC",
        .padding = '\0',
        .unset = '\0',
        .variants = newer_history,
        .always_set = buzzer_and_io,
        .shows_balancer = false,
        .refuses = unseen,
    },
    {
        .name = "HUANY04",
        .what = "firmware 1.0.2: 51 with 35 bytes, temperatures of 47 with 50 added, 80 of 100 Ah left",
        .hardware_type = "T1_G",
        .product_code = "HUANY04",
        .project_code = "16S100A",
        .software_version = 0x010002,
        .boot_version = 0x0101,
        .product_id = "",
        .manufacturer = "",
        .production_date = 0xFFFFFF,
        .unset = '\xFF',
        .variants = oldest,
        .ends_before = short_answers,
        .shows_balancer = false,
        .without_length = "B0/4",
        .refuses = unseen_and_newer,
        .health_percent = 80,
        .cycle_count = 204,
    },
    {
        .name = "ANZ09",
        .what = "firmware of 2026: 42 without DATAFLAG, io_status bit 9 while it balances",
        .hardware_type = "T1",
        .product_code = "ANZ09",
        .padding = '\0',
        .unset = '\0',
        .data_flag = false,
        .variants = newer_history,
        .always_set = io_only,
        .refuses = unseen,
    },
    {
        .name = "15S",
        .what = "15 cells, fet_status 1023",
        .product_code = "15S",
        .variants = packed_history,
        .ends_before = short_identity,
        .always_set = buzzer_only,
        .shows_balancer = false,
        .refuses = unseen,
        .cells = 15,
    },
    {
        .name = "SNS",
        .what = "the '>' dialect at 9600 baud: few services, slow to answer 42",
        .dialect = "sns",
        .hardware_type = "Ho20-T1",
        .product_code = "SNS01",
        .project_code = "16S100A",
        .software_version = 0x020201,
        .boot_version = 0x0239,
        .variants = plain_history,
        .ends_before = short_identity,
        .shows_balancer = false,
        .refuses = unnamed,
        .baud = 9600,
        .latency = 50ms,
        .slowest_live = 3s,
    },
});

char upper(char c) {
    return c >= 'a' && c <= 'z' ? static_cast<char>(c - 'a' + 'A') : c;
}

}  // namespace

std::span<const Model> models() {
    return rows;
}

const Model* find_model(std::string_view name) {
    const auto* const found = std::ranges::find_if(
        rows, [&](const Model& row) { return std::ranges::equal(row.name, name, {}, upper, upper); });
    return found == rows.end() ? nullptr : found;
}

}  // namespace packwire::sim
