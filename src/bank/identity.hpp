// SPDX-License-Identifier: MIT
/// What a pack is called for ever.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "model/service.hpp"
#include "model/snapshot.hpp"

namespace packwire::bank {

/// Which questions about identity are settled: answered, or unknown to the firmware. Silence settles nothing.
struct IdentityAnswers {
    bool serial_number = false;  ///< B0/3
    bool barcode = false;        ///< 47
    /// Nobody asks for B0/3 where we only listen: the place is the name, whatever else was heard (adr 0013).
    bool withheld = false;
    /// The service answered, or is unsupported.
    void settle(const model::Service& service);
};

/// What nobody can ask in that dialect is settled from the beginning.
[[nodiscard]] IdentityAnswers settled_by(const model::Dialect& dialect);

/// Letters, digits and underscores only: fit for bus names and topics.
[[nodiscard]] std::string reduced(std::string_view text);

/// What a pack is called that is known by its place only: bus and address.
[[nodiscard]] std::string place_id(std::string_view bus, std::uint8_t address);

/// Made of what cannot change: the pack's serial number of B0/3; only if that is refused or empty the BMS's,
/// then its barcode of 47, then bus and address. Absent while a better source may still answer: 47's text
/// differs on the same pack, so a pack that was silent once must not be renamed. While `withheld` what is not
/// settled counts for nothing, and bus and address name the pack. Source: design 8,
/// protocol 3.22 and 11.4.
[[nodiscard]] std::optional<std::string> pack_id(const model::Snapshot& pack, IdentityAnswers answers);

}  // namespace packwire::bank
