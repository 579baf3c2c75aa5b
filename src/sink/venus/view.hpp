// SPDX-License-Identifier: MIT
/// A pack or the bank, asked by the names of the catalogue: what the tables of paths are written against.
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "bank/bank.hpp"
#include "bank/pack.hpp"
#include "sink/venus/item.hpp"
#include "sink/venus/options.hpp"

namespace packwire::sink::venus {

/// What the service knows and its pack or bank does not.
struct About {
    std::int32_t instance = 0;  ///< /DeviceInstance
    std::int32_t product_id = default_product_id;
    std::string custom_name;                 ///< what the user calls it; empty until then
    bool alarms = true;                      ///< false: the bank raises them, not this pack
    bool as_serialbattery = false;           ///< named as existing aggregators look for it
    std::optional<bank::Limits> limits;      ///< of a pack that is a BMS by itself
    const BankRequests* requests = nullptr;  ///< what the bank's service offers
    Switches switches;
    bool operator==(const About&) const = default;
};

/// Refers to what it is made of; for the moment only.
class View {
public:
    View(const bank::Pack& pack, const About& about) : pack_(&pack), about_(&about) {}
    View(const bank::Bank& bank, const About& about) : bank_(&bank), about_(&about) {}

    [[nodiscard]] const About& about() const { return *about_; }
    /// Null when it is the bank's, or a pack's.
    [[nodiscard]] const bank::Pack* pack() const { return pack_; }
    [[nodiscard]] const bank::Bank* bank() const { return bank_; }

    [[nodiscard]] bank::Freshness freshness() const;
    [[nodiscard]] bool fresh() const { return freshness() == bank::Freshness::fresh; }
    /// Lost or gone: nothing comes from it any more.
    [[nodiscard]] bool lost() const;
    /// Null: a monitor.
    [[nodiscard]] const bank::Limits* limits() const;

    /// Whatever was read last, fresh or not.
    [[nodiscard]] std::optional<double> value(model::Metric wanted, std::size_t place = 0) const;
    [[nodiscard]] std::string text(model::Metric wanted) const;
    [[nodiscard]] std::optional<std::uint32_t> bits(model::Metric wanted) const;
    [[nodiscard]] std::size_t count(model::Metric wanted) const;
    /// 0, 1 or 2; absent while nobody knows, or this service does not raise it.
    [[nodiscard]] std::optional<std::uint8_t> level(model::Alarm alarm) const;

private:
    const bank::Pack* pack_ = nullptr;
    const bank::Bank* bank_ = nullptr;
    const About* about_;
};

/// Is it one of the numbers whose path makes a service a BMS? Source: bank 2.
[[nodiscard]] bool is_limit(model::Metric wanted);
/// Is it one of the texts that say what holds the limits? A monitor has them, too.
[[nodiscard]] bool is_reason(model::Metric wanted);

}  // namespace packwire::sink::venus
