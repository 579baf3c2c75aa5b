// SPDX-License-Identifier: MIT
#include "bus/persistent_faults.hpp"

#include <algorithm>
#include <string_view>

namespace packwire::bus {

namespace {

/// The field that the error names.
std::string_view subject_of(const Error& error) {
    return std::string_view(error.where).substr(0, error.where.find(':'));
}

}  // namespace

bool PersistentFaults::is_confirmed(std::uint8_t address, const model::Service& service, const Error& error) {
    if (error.code != Errc::out_of_range && error.code != Errc::inconsistent) return false;
    auto& fault = faults_[{address, &service}];
    if (fault.code != error.code || fault.subject != subject_of(error)) {
        fault = {};
        fault.code = error.code;
        fault.subject = subject_of(error);
    }
    fault.good = 0;
    fault.in_a_row = std::min<std::uint8_t>(enough, fault.in_a_row + 1);
    fault.seen = std::min<std::uint8_t>(enough, fault.seen + 1);
    return fault.in_a_row >= enough;
}

bool PersistentFaults::is_recurring(std::uint8_t address, const model::Service& service,
                                    const Error& error) const {
    const auto found = faults_.find({address, &service});
    return found != faults_.end() && found->second.seen >= enough && found->second.code == error.code &&
           found->second.subject == subject_of(error);
}

void PersistentFaults::heard_good(std::uint8_t address, const model::Service& service) {
    const auto found = faults_.find({address, &service});
    if (found == faults_.end()) return;
    auto& fault = found->second;
    if (fault.in_a_row < enough) fault.in_a_row = 0;
    if (++fault.good > forgotten_after) faults_.erase(found);
}

}  // namespace packwire::bus
