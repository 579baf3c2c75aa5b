// SPDX-License-Identifier: MIT
/// Names of topics. Source: homeassistant 2.2.
#pragma once

#include <string>

#include "bank/identity.hpp"

namespace packwire::sink::mqtt {

inline constexpr std::string_view bank_id = "bank";

struct Topics {
    std::string base = "packwire";
    std::string site = "home";

    /// "packwire/home"
    [[nodiscard]] std::string root() const { return base + '/' + site; }
    [[nodiscard]] std::string bridge() const { return root() + "/bridge/availability"; }
    /// What was announced to Home Assistant, so that a later run can take back what is gone.
    [[nodiscard]] std::string announced() const { return root() + "/bridge/announced"; }
    /// A pack by its id, or bank_id.
    [[nodiscard]] std::string device(const std::string& id) const { return root() + '/' + id; }
    [[nodiscard]] std::string bank_state() const { return device(std::string(bank_id)) + "/state"; }
    [[nodiscard]] std::string commands() const { return device(std::string(bank_id)) + "/set/"; }
};

/// A pack's id as a level of a topic and part of unique ids; never that of the bank or the bridge.
[[nodiscard]] inline std::string topic_id(const std::string& pack_id) {
    const auto id = bank::reduced(pack_id);
    return id == bank_id || id == "bridge" ? id + "_pack" : id;
}

}  // namespace packwire::sink::mqtt
