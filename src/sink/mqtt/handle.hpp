// SPDX-License-Identifier: MIT
/// A client of libmosquitto with everything set, and the work that makes one.
#pragma once

#include <mosquitto.h>

#include <memory>
#include <string>

#include "base/result.hpp"
#include "sink/mqtt/connection.hpp"

namespace packwire::sink::mqtt {

/// Of everything that is sent and asked for: at least once.
constexpr int qos = 1;

struct Destroy {
    void operator()(mosquitto* handle) const { mosquitto_destroy(handle); }
};
using Handle = std::unique_ptr<mosquitto, Destroy>;

/// What libmosquitto hands to every callback. It must stay where it is as long as the handle lives.
struct Client {
    std::string complaint;  ///< the last of libmosquitto, and OpenSSL under it; never of secrets
    void* owner = nullptr;  ///< whom the other callbacks are for
};

/// A client whose connection is on its way. May block: a name server, files.
/// Errors: bad_config for files and settings that cannot be used, io for a host that cannot be reached.
[[nodiscard]] Result<Handle> begin(const Broker& broker, const Message& will, bool version_5, Client& client);

}  // namespace packwire::sink::mqtt
