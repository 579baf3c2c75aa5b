// SPDX-License-Identifier: MIT
/// A recording, played through rules: when each would have switched.
#pragma once

#include <functional>
#include <map>
#include <set>
#include <string>
#include <vector>

#include "base/result.hpp"
#include "rules/slots.hpp"

namespace packwire::app {

/// A rule would have switched.
struct Switching {
    WallTime at{};
    const rules::Rule* rule = nullptr;
    bool on = false;
    rules::Because because = rules::Because::nothing;
    std::optional<double> value;
};

/// What became of one rule.
struct ReplayTotal {
    const rules::Rule* rule = nullptr;
    std::size_t switchings = 0;
    Duration on{};
};

class Replay {
public:
    /// `rules` outlive it. A pack of which there was no line for longer than `lost` counts as unknown.
    Replay(const std::vector<rules::Rule>& rules, Duration lost,
           std::function<void(const Switching&)> switched);

    /// One line of the recording, in the order in which they were written. Errors: io: no line of JSON lines,
    /// or a time long before or after that of the line before.
    [[nodiscard]] Result<void> take(const std::string& text);

    /// After the last line. Errors: io: a rule looks at the bank, of which there was nothing.
    [[nodiscard]] Result<void> finish() const;

    [[nodiscard]] const std::vector<ReplayTotal>& totals() const { return totals_; }
    [[nodiscard]] WallTime begun() const { return begun_; }
    [[nodiscard]] WallTime ended() const {
        return begun_ + std::chrono::duration_cast<WallTime::duration>(now_ - start);
    }

private:
    static constexpr TimePoint start{std::chrono::hours(24)};
    [[nodiscard]] bool is_bank(const std::string& id) const;
    void advance(TimePoint to);
    void forget_silent();
    void step();

    const std::vector<rules::Rule>& rules_;
    Duration lost_;
    std::function<void(const Switching&)> switched_;
    std::vector<rules::Switch> switches_;
    std::vector<ReplayTotal> totals_;
    rules::Slots slots_;
    std::map<std::string, TimePoint> heard_;  ///< by id, the bank under ""
    std::set<std::string> silent_;
    bool of_bank_ = false;  ///< a rule looks at the bank
    TimePoint now_ = start;
    WallTime begun_{};
};

}  // namespace packwire::app
