// SPDX-License-Identifier: MIT
/// Random sequences for a bank: packs, and what happens to them. A plan is values alone, made of a seed, so
/// it can be run again, printed and made smaller. What a pack truly is at a moment follows from the plan and
/// nothing else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "support/limit_oracle.hpp"
#include "support/pack_reading.hpp"

namespace packwire::test {

enum class Happening : std::uint8_t {
    // the battery; `value` is reached within `ramp` and left within `ramp`
    cell,                ///< one cell, V
    cells,               ///< all cells of a pack, V
    temperature,         ///< all sensors of a pack, °C
    mosfet_temperature,  ///< °C
    charge_mosfet_off,
    discharge_mosfet_off,
    charge_protection,     ///< reported while the MOSFET stays on
    discharge_protection,  ///< likewise
    current,               ///< of the bank, A
    // what a pack tells
    sensor,           ///< one sensor tells `raw`
    cell_unmeasured,  ///< one cell is 7FFF; pack voltage is right
    field,            ///< a diagnostic field tells `raw`
    contradiction,    ///< a cell or the pack voltage tells `raw`: they do not add up
    mosfet_unknown,   ///< the MOSFET's temperature tells `raw`, out of range
    current_unknown,  ///< the current is 7FFF
    limit,            ///< words of 47 and 80 times `value`; 0: not set
    mute_limits,      ///< 47 and 80 are not answered
    // the line
    silence,       ///< of a pack
    silent_line,   ///< of all
    damage,        ///< an answer is damaged with probability `value`
    refusal,       ///< every answer of a pack is RTN 06
    other_master,  ///< asks each second; from bytes only
    port_gone,     ///< from bytes only
    // others
    external,         ///< a shunt tells garbage, by `raw`
    minimum_soc,      ///< the ESS tells garbage, by `raw`
    other_bms,        ///< another BMS is there
    charging_off,     ///< a user's request
    discharging_off,  ///< likewise
    full_charge,      ///< likewise
    restart,          ///< of the process, with its memory; from records only
};
[[nodiscard]] std::string_view name(Happening happening);

struct PlannedEvent {
    Happening what{};
    std::size_t pack = 0;
    Duration at{};
    Duration lasts{};
    Duration ramp{};
    double value = 0;
    std::string_view field{};
    std::size_t place = 0;  ///< cell or sensor
    std::int32_t raw = 0;
};

struct PlannedPack {
    double capacity = 100;  ///< Ah
    double weight = 1;      ///< of a common current, as TruePack::weight
    double limit = 100;     ///< A: word 105; alarms are 1.1 times, protections 1.2 times it
    bool refuses_47 = false;
    bool refuses_80 = false;
    bool configured = false;  ///< expected from the start
    Duration joins{};
};

/// Which kinds of events a plan has. The sequences of the property tests.
enum class Sequence : std::uint8_t {
    fields,     ///< single fields of good frames say what cannot be
    incidents,  ///< the line, joining packs and physics together
    foreign,    ///< others that lie, besides some physics
};
[[nodiscard]] std::string_view name(Sequence sequence);

struct BankPlan {
    Sequence sequence{};
    std::uint64_t seed = 0;
    Duration length{};                            ///< of the events; recovery comes after it
    std::optional<double> charge_current_max;     ///< A, as configured
    std::optional<double> discharge_current_max;  ///< likewise
    bool holds = false;                           ///< [loss] on_loss = "hold"
    std::vector<PlannedPack> packs;
    std::vector<PlannedEvent> events;
};
[[nodiscard]] bank::ChargeSettings charge_settings(const BankPlan& plan);
[[nodiscard]] BankPlan make_plan(Sequence sequence, std::uint64_t seed, Duration length, bool from_bytes);
/// One line a pack and an event, for a report.
[[nodiscard]] std::string to_text(const BankPlan& plan);

/// A pack at one moment: the truth, and what it answers.
struct PackMoment {
    TruePack truth;
    Live live;
    bool silent = false;
    bool refuses = false;
    bool mutes_limits = false;
    double damage = 0;  ///< probability
    double limit_factor = 1;
};
[[nodiscard]] PackMoment moment_of(const BankPlan& plan, std::size_t pack, Duration at);
/// Is an event under way that recovery has to wait for the end of?
[[nodiscard]] bool is_disturbed(const BankPlan& plan, Duration at);
[[nodiscard]] bool is_active(const PlannedEvent& event, Duration at);

[[nodiscard]] Words words_of(const PlannedPack& pack, double factor);
/// The same for the oracle: what is known after an answer of `service` (47, 80), and of `before` for the
/// rest.
[[nodiscard]] TrueWords true_words(const PlannedPack& pack, double factor, std::string_view service,
                                   TrueWords before);

}  // namespace packwire::test
