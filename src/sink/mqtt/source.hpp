// SPDX-License-Identifier: MIT
/// A pack or the bank, seen alike.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>

#include "bank/bank.hpp"
#include "bank/pack.hpp"
#include "model/metric.hpp"

namespace packwire::sink::mqtt {

/// Of one of both; a pointer for as long as it is looked at. Unless it is fresh, what was measured is absent.
class Source {
public:
    explicit Source(const bank::Pack& pack) : pack_(&pack) {}
    explicit Source(const bank::Bank& bank) : bank_(&bank) {}

    [[nodiscard]] bool is_bank() const { return bank_ != nullptr; }
    [[nodiscard]] bank::Freshness freshness() const;
    [[nodiscard]] WallTime heard_at() const;
    /// Is it a quantity of packs, or of banks, as the case may be?
    [[nodiscard]] bool has(model::Metric metric) const;
    [[nodiscard]] std::size_t count(model::Metric metric) const;
    /// One value, not a list.
    [[nodiscard]] bool is_single(model::Metric metric) const;
    [[nodiscard]] std::optional<double> value(model::Metric metric, std::size_t i = 0) const;
    [[nodiscard]] std::string text(model::Metric metric) const;
    /// Of the bank: Bank::history_clears.
    [[nodiscard]] std::optional<std::uint64_t> history_clears() const {
        return is_bank() ? std::optional(bank_->history_clears) : std::nullopt;
    }
    /// Absent while nobody knows.
    [[nodiscard]] std::optional<std::uint8_t> level(model::Alarm alarm) const;

private:
    [[nodiscard]] bool shown(model::Metric metric) const;
    const bank::Pack* pack_ = nullptr;
    const bank::Bank* bank_ = nullptr;
};

}  // namespace packwire::sink::mqtt
