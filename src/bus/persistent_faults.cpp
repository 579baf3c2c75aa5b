// SPDX-License-Identifier: MIT
#include "bus/persistent_faults.hpp"

#include <string_view>

namespace packwire::bus {

bool PersistentFaults::is_confirmed(std::uint8_t address, const model::Service& service, const Error& error) {
    if (error.code != Errc::out_of_range && error.code != Errc::inconsistent) return false;
    const auto subject = std::string_view(error.where).substr(0, error.where.find(':'));
    auto& fault = faults_[{address, &service}];
    if (fault.code != error.code || fault.subject != subject) {
        fault = {.code = error.code, .subject = std::string(subject), .in_a_row = 0, .good = 0};
    }
    fault.good = 0;
    if (fault.in_a_row < enough) ++fault.in_a_row;
    return fault.in_a_row >= enough;
}

void PersistentFaults::heard_good(std::uint8_t address, const model::Service& service) {
    const auto found = faults_.find({address, &service});
    if (found == faults_.end()) return;
    auto& fault = found->second;
    if (fault.in_a_row < enough || ++fault.good > forgotten_after) faults_.erase(found);
}

}  // namespace packwire::bus
