// SPDX-License-Identifier: MIT
/// How somebody is told that a rule switched.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "bus/offload.hpp"
#include "bus/timer.hpp"
#include "rules/rule.hpp"

namespace packwire::rules {

/// What there is to say.
struct Message {
    std::string rule;
    bool on = false;
    std::string quantity;         ///< of `when`
    std::optional<double> value;  ///< of it; absent while unknown
    std::string reason;           ///< "when", "value stale"
};

/// One way to tell, of one rule. Lives on the loop, and until that has run out.
class Actor {
public:
    using Done = std::function<void(const Result<void>&)>;
    Actor() = default;
    Actor(const Actor&) = delete;
    Actor& operator=(const Actor&) = delete;
    virtual ~Actor() = default;

    /// "http", "command", "mqtt", "gpio".
    [[nodiscard]] virtual std::string_view kind() const = 0;
    /// Begins, and never waits. `done` is called once, on the loop, perhaps before this returns; not later
    /// than seconds after the time limit of the action. One at a time.
    virtual void tell(const Message& message, Done done) = 0;
};

/// False when it could not be handed over: tried again later.
using Publish = std::function<bool(const std::string& topic, const std::string& payload, bool retain)>;

class HttpClient;

/// What actors work with; all of it outlives them.
struct Tools {
    bus::Time& time;
    bus::asio::any_io_executor executor;
    bus::Offload& offload;
    HttpClient& http;
    const Publish& publish;
};

/// One for each kind of action that the rule has. `actions` outlive them.
[[nodiscard]] std::vector<std::unique_ptr<Actor>> actors_of(const Actions& actions, const Tools& tools);

}  // namespace packwire::rules
