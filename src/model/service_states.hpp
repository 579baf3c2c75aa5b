// SPDX-License-Identifier: MIT
/// What a pack has shown of its services since it appeared.
#pragma once

#include <cstdint>
#include <utility>
#include <vector>

#include "model/service.hpp"

namespace packwire::model {

/// Whoever needs a service waits while it is unknown, and does without it when it is unsupported.
enum class ServiceState : std::uint8_t {
    unknown,      ///< neither of both: not asked yet, silent, noisy, or refused with another RTN than 04
    answered,     ///< a good answer has come
    unsupported,  ///< RTN 04 has come: the firmware does not know the service
};

class ServiceStates {
public:
    [[nodiscard]] ServiceState of(const Service& service) const;
    void answered(const Service& service);
    /// RTN 04 has come. True when the service is unsupported now; false when it says nothing: telemetry every
    /// pack knows, and what has answered before is not unlearned, so the exchange has failed.
    bool refused(const Service& service);
    /// The pack appears anew; it may be another one.
    void clear() { known_.clear(); }

private:
    ServiceState& state(const Service& service);
    std::vector<std::pair<const Service*, ServiceState>> known_;
};

}  // namespace packwire::model
