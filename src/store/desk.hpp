// SPDX-License-Identifier: MIT
/// Where the loop asks for history, without waiting for a disk.
#pragma once

#include <functional>
#include <string>
#include <vector>

#include "store/archive.hpp"

namespace packwire::store {

/// `done` is called on the loop, later. Source: design 4.
class Desk {
public:
    Desk() = default;
    Desk(const Desk&) = delete;
    Desk& operator=(const Desk&) = delete;
    virtual ~Desk() = default;

    using Answers = std::function<void(Result<std::vector<Answer>>)>;
    using Events = std::function<void(Result<std::vector<Event>>)>;
    /// One answer a query, in their order.
    virtual void read(std::vector<Query> queries, Answers done) = 0;
    virtual void events(EventQuery query, Events done) = 0;
    /// Told on the loop of each event as it is recorded. At most one listener.
    virtual void on_event(std::function<void(const Event&)> listener) = 0;
};

}  // namespace packwire::store
