// SPDX-License-Identifier: MIT
#include "model/service_states.hpp"

#include <algorithm>

namespace packwire::model {

ServiceState ServiceStates::of(const Service& service) const {
    const auto found = std::ranges::find(known_, &service, &std::pair<const Service*, ServiceState>::first);
    return found == known_.end() ? ServiceState::unknown : found->second;
}

ServiceState& ServiceStates::state(const Service& service) {
    const auto found = std::ranges::find(known_, &service, &std::pair<const Service*, ServiceState>::first);
    return found == known_.end() ? known_.emplace_back(&service, ServiceState::unknown).second
                                 : found->second;
}

void ServiceStates::answered(const Service& service) {
    state(service) = ServiceState::answered;
}

bool ServiceStates::refused(const Service& service) {
    if (service.cadence == Cadence::telemetry || of(service) == ServiceState::answered) return false;
    state(service) = ServiceState::unsupported;
    return true;
}

}  // namespace packwire::model
