// SPDX-License-Identifier: MIT
/// Bounds how often messages are written that somebody outside can cause at will.
#pragma once

#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>

#include "base/clock.hpp"

namespace packwire {

/// How often the messages of one topic are written: `burst` of them at once, then one each `pause`.
struct RepeatRate {
    unsigned burst = 5;
    Duration pause = std::chrono::minutes(1);
};

/// Counts messages by topic. Topics are kept: their number must be bounded by the caller.
template <class Topic>
class RepeatLimit {
public:
    explicit RepeatLimit(RepeatRate rate = {}) : rate_(rate) {}

    /// Whether a message of this topic is to be written now: absent when not, else how many were left out
    /// since the last one that was.
    [[nodiscard]] std::optional<std::uint64_t> admit(const Topic& topic, TimePoint now) {
        auto& known = topics_[topic];
        const auto used_until = std::max(known.used_until, now);
        if (used_until + rate_.pause > now + rate_.burst * rate_.pause) {
            ++known.left_out;
            return std::nullopt;
        }
        known.used_until = used_until + rate_.pause;
        return std::exchange(known.left_out, 0);
    }

private:
    struct Known {
        TimePoint used_until{};  ///< the burst is whole again at this time
        std::uint64_t left_out = 0;
    };
    RepeatRate rate_;
    std::map<Topic, Known> topics_;
};

/// The message, and how many like it were left out before it.
[[nodiscard]] inline std::string with_left_out(std::string message, std::uint64_t left_out) {
    if (left_out > 0) message += " (" + std::to_string(left_out) + " messages like this one were left out)";
    return message;
}

/// RepeatLimit of messages by the name of what they are about.
class MessageLimit {
public:
    explicit MessageLimit(RepeatRate rate = {}) : limit_(rate) {}
    /// The message as it is to be written; absent when it is not to be.
    [[nodiscard]] std::optional<std::string> pass(const std::string& topic, std::string message,
                                                  TimePoint now) {
        const auto left_out = limit_.admit(topic, now);
        if (!left_out) return std::nullopt;
        return with_left_out(std::move(message), *left_out);
    }

private:
    RepeatLimit<std::string> limit_;
};

}  // namespace packwire
