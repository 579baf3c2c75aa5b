// SPDX-License-Identifier: MIT
/// The newest of everything, made into text once, for as many clients as there are.
#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <string>
#include <vector>

#include "sink/web/message.hpp"

namespace packwire::sink::web {

/// What a client of the live push has had. It goes round the devices, so that a slow one sees all of them in
/// turn, each at its newest; what it has missed of one it need not have.
struct Cursor {
    std::vector<std::uint64_t> seen;  ///< by place on the board: the number of what was sent of it
    std::size_t place = 0;            ///< where to look next
    std::uint64_t event = 0;          ///< the number of the next event
};

class Board {
public:
    /// So many events wait for slow clients; who is slower is told how many it missed.
    static constexpr std::size_t most_events = 256;

    /// The newest of a device, as a message: {"type":"pack",…}.
    void put(const std::string& device, std::string message);
    void add_event(std::string message);
    /// Null when nothing was ever put there.
    [[nodiscard]] Text find(const std::string& device) const;
    /// Ids in their order, with the newest of each.
    [[nodiscard]] std::vector<Text> all_but(const std::string& device) const;

    /// A client that has had nothing, and hears of events from now on.
    [[nodiscard]] Cursor cursor() const;
    /// The next message for a client; null when it has everything.
    [[nodiscard]] Text next(Cursor& cursor) const;
    /// Goes up with each change.
    [[nodiscard]] std::uint64_t changes() const { return changes_; }

private:
    struct Slot {
        std::uint64_t number = 0;
        Text message;
    };
    std::map<std::string, std::size_t> places_;
    std::vector<Slot> slots_;
    std::deque<Text> events_;
    std::uint64_t first_event_ = 0;  ///< the number of events_.front()
    std::uint64_t changes_ = 0;
};

}  // namespace packwire::sink::web
