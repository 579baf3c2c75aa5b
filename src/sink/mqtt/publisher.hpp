// SPDX-License-Identifier: MIT
/// How others, such as rules, send a message of their own.
#pragma once

#include <functional>
#include <string>

namespace packwire::sink::mqtt {

/// Takes one message for the broker and returns at once. False, and nothing is kept, while the broker is away
/// or its topic is none that may be published to; whoever asked tries again or says so. True: it was handed
/// over with QoS 1. `MqttSink::publish(topic, payload, retain)` is one.
using Publisher = std::function<bool(const std::string& topic, const std::string& payload, bool retain)>;

}  // namespace packwire::sink::mqtt
