// SPDX-License-Identifier: MIT
/// What a rule looks at: a quantity of the catalogue, an alarm, or staleness; of the bank or of one pack.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "bank/bank.hpp"
#include "bank/pack.hpp"
#include "base/result.hpp"
#include "model/metric.hpp"

namespace packwire::rules {

struct Quantity {
    enum class What : std::uint8_t {
        metric,
        alarm,  ///< 0 fine, 1 warning, 2 alarm
        stale,  ///< 1 unless fresh
    };
    std::string pack;  ///< id, or what is left of it in names; empty: the bank
    What what = What::metric;
    model::Metric metric{};
    std::uint8_t index = 0;  ///< which cell or sensor, from 0
    std::uint8_t alarm = 0;  ///< in alarm_rows
    bool operator==(const Quantity&) const = default;
};

/// "bank.state_of_charge", "pack.<id>.cell_voltage.max", "bank.cell_voltage.7", "bank.alarm.low_soc",
/// "bank.stale". Without a subject in front it is one of `subject`'s: the id of a pack, or empty for the
/// bank. Errors: bad_config, "expected …, got …".
[[nodiscard]] Result<Quantity> parse_quantity(std::string_view text,
                                              const std::optional<std::string>& subject = {});
/// As parse_quantity takes it.
[[nodiscard]] std::string name(const Quantity& quantity);

/// What a battery can have. A threshold outside is a mistake.
struct Range {
    double low = 0;
    double high = 0;
};
[[nodiscard]] Range range(const Quantity& quantity);
[[nodiscard]] std::string_view unit(const Quantity& quantity);
/// Decimals that are worth showing.
[[nodiscard]] int decimals(const Quantity& quantity);

/// Is the quantity that pack's? Ids may be written as they are, or with _ for what is no letter or digit.
[[nodiscard]] bool is_of(const Quantity& quantity, std::string_view id);
/// Absent while it is unknown, invalid or stale; staleness itself is always known.
[[nodiscard]] std::optional<double> read(const Quantity& quantity, const bank::Pack& pack);
[[nodiscard]] std::optional<double> read(const Quantity& quantity, const bank::Bank& bank);

}  // namespace packwire::rules
