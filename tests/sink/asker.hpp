// SPDX-License-Identifier: MIT
/// A client on the bus of a test, in the test's own process: cheaper than a program for each question.
#pragma once

#include <optional>
#include <string>

#include "sink/venus/bus_client.hpp"
#include "support/run.hpp"

namespace packwire::test {

/// Asks, and lets the loop run until it has the answer: whatever was sent before has then arrived.
class Asker {
public:
    Asker(boost::asio::io_context& loop, const std::string& address)
        : loop_(loop), client_(address, loop.get_executor(), [](const std::string&) {}) {}

    [[nodiscard]] sink::venus::BusClient& client() { return client_; }
    [[nodiscard]] bool has(const std::string& service) {
        round_trip();
        return client_.has(service);
    }
    /// Empty when nobody answers.
    [[nodiscard]] sink::venus::BusClient::Paths items(const std::string& service) {
        std::optional<sink::venus::BusClient::Paths> got;
        client_.get_items(service,
                          [&](const auto& paths) { got = paths.value_or(sink::venus::BusClient::Paths{}); });
        run_until(loop_, [&] { return got.has_value(); });
        return *got;
    }
    /// Over the bus and back.
    void round_trip() { (void)items("com.victronenergy.nobody"); }

private:
    boost::asio::io_context& loop_;
    sink::venus::BusClient client_;
};

}  // namespace packwire::test
