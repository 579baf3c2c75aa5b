// SPDX-License-Identifier: MIT
/// Half-duplex adapters give back what they send. Our own questions must never pass for somebody else's.
#pragma once

#include <deque>
#include <string>
#include <string_view>

#include "base/clock.hpp"

namespace packwire::bus {

/// What was sent and may still come back. A line keeps its order: where the answer to a question is heard and
/// its echo was not, none will follow, and an equal frame after that is somebody else's. That is so on a line
/// without echoes; where there are some, an answer without one may belong to an earlier question, and only
/// the echo itself, or time, settles a question.
class Echoes {
public:
    void sent(std::string_view question, TimePoint when);
    /// Is this the echo of something sent, whole or damaged so that it passes the checksum? Each question has
    /// one echo at most.
    [[nodiscard]] bool is_echo(std::string_view text, TimePoint now);
    /// An answer has come that is taken for one to that question.
    void answered(std::string_view question);

private:
    struct Sent {
        std::string text;
        TimePoint when{};
    };
    std::deque<Sent> sent_;
    int echoing_ = 0;  ///< over 0: the line has echoes; grows with each, falls with each answer without one
};

}  // namespace packwire::bus
