// SPDX-License-Identifier: MIT
/// Kinds of packs: what firmware says of itself, and how it says the rest. A row each.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "base/clock.hpp"

namespace packwire::sim {

/// A bit of a status word that is always set.
struct AlwaysSet {
    std::string_view field;  ///< of service 42 or 84
    std::uint16_t bits;
};

struct Model {
    std::string_view name;
    std::string_view what;  ///< for people
    std::string_view dialect = "daren";

    // Service 51.
    std::string_view hardware_type = "T1_S";
    std::string_view product_code = "SIM01";
    std::string_view project_code = "";        ///< empty: as cells and capacity are
    std::int32_t software_version = 0x010505;  ///< a byte each: 1.5.5
    std::int32_t boot_version = 0x0215;
    std::string_view extra = "SM";  ///< empty: the answer ends before it
    std::string_view product_id = "SIM01";
    std::string_view manufacturer = "packwire";
    std::int32_t production_date = 0x1A0101;  ///< YY MM DD, a byte each; FFFFFF is unset
    char padding = ' ';                       ///< behind a text
    char unset = ' ';                         ///< instead of one

    /// 42 begins with DATAFLAG; firmware of 2026 leaves it out. Source: protocol 3.1.
    bool data_flag = true;
    /// Variants of the tables that it speaks, where there is a choice.
    std::span<const std::string_view> variants{};
    /// Fields that end an answer before they come.
    std::span<const std::string_view> ends_before{};
    std::span<const AlwaysSet> always_set{};
    bool shows_balancer = true;  ///< in io_status
    /// Whose `length` says 0. Source: protocol 3.22.
    std::string_view without_length = "";
    /// Codes that get RTN 04.
    std::span<const std::string_view> refuses{};

    unsigned cells = 16;
    unsigned sensors = 4;
    double capacity_ah = 100;
    double health_percent = 100;
    unsigned cycle_count = 30;
    std::uint32_t baud = 19200;
    Duration latency = std::chrono::milliseconds(20);  ///< from the end of a question to its answer
    Duration slowest_live{};                           ///< the same for 42, at worst; zero: as any
};

/// The first is what a pack is unless told otherwise.
[[nodiscard]] std::span<const Model> models();
/// By name, whatever its case; null when there is none.
[[nodiscard]] const Model* find_model(std::string_view name);

}  // namespace packwire::sim
