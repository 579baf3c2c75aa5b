// SPDX-License-Identifier: MIT
/// What waits for the broker: of each topic the newest only.
#pragma once

#include <cstddef>
#include <deque>
#include <functional>
#include <map>
#include <string>

namespace packwire::sink::mqtt {

/// Retained topics, with what they should hold. Knows nothing of the broker; memory is bounded by the number
/// of topics, however long the broker is away.
class Outbox {
public:
    /// Gives the id of the hand-over, 0 when it was not taken, less when it never will be.
    using Send = std::function<int(const std::string& topic, const std::string& payload)>;

    /// What the topic should hold; empty: nothing. Waits to be sent if that is news, or with `again`.
    void put(const std::string& topic, std::string payload, bool again = false);
    /// Everything waits again: another broker process may have forgotten it.
    void send_all_again();
    /// Sends what waits, in the order in which it began to wait, until so much is under way.
    void flush(const Send& send, std::size_t most_under_way);
    /// The broker took it, or refused it: then gives its topic, else the same for the caller's log.
    [[nodiscard]] std::string done(int id);
    /// The connection is gone; what was under way waits again with the rest.
    void forget_under_way() { under_way_.clear(); }

    [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }
    [[nodiscard]] std::size_t under_way() const { return under_way_.size(); }
    [[nodiscard]] std::size_t topics() const { return entries_.size(); }

private:
    struct Entry {
        std::string payload;
        bool waiting = false;
    };
    std::map<std::string, Entry> entries_;  ///< by topic
    std::deque<std::string> waiting_;       ///< topics, each once
    std::map<int, std::string> under_way_;  ///< topics by id
};

}  // namespace packwire::sink::mqtt
