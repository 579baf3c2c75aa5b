// SPDX-License-Identifier: MIT
/// Everything that can happen to a line, one after the other, to a poller in virtual time.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.hpp"

namespace packwire::test {

class FaultScene;

/// One row: what is done to the line for 20 s, and what must be seen of it.
struct Fault {
    std::string_view name;
    std::string_view what;     ///< how it is made, for people
    std::string_view counter;  ///< the one that shows it, as its name is in LineCounters or Errc
    void (*begin)(FaultScene&);
    void (*end)(FaultScene&);
    std::uint64_t (*count)(const FaultScene&);
    /// Latest first good value after it has ended.
    Duration goal;
    bool gateway = false;  ///< on a port without a speed, with its longer deadlines
};
[[nodiscard]] std::span<const Fault> all_faults();

struct FaultResult {
    const Fault* fault = nullptr;
    std::uint64_t counted = 0;            ///< by its counter, while it lasted and until the next good value
    std::uint64_t wrong = 0;              ///< records believed that are not what the pack said last
    std::uint64_t good = 0;               ///< records of telemetry believed while it lasted
    Duration recovery = Duration::max();  ///< from its end to the next good value
};
/// Two packs are polled every second for 10 s, with the fault for 20 s, and without until there is a good
/// value, then 10 s more. Deterministic.
[[nodiscard]] FaultResult inject(const Fault& fault);

/// The rows of docs/reliability.md.
[[nodiscard]] std::string fault_table(std::span<const FaultResult> results);

}  // namespace packwire::test
