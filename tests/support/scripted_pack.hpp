// SPDX-License-Identifier: MIT
/// Packs on a MemoryPort that answer with the seed's frames (protocol 5.1; 80 and 4D as in tests/golden), or
/// with what a test says.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <vector>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "support/memory_port.hpp"
#include "wire/hex.hpp"

namespace packwire::test {

/// INFO of the seed's answer to a service; empty for one that it has none of.
[[nodiscard]] std::vector<std::uint8_t> seed_info(std::string_view service);
/// The whole answer of the pack at `address`.
[[nodiscard]] std::string seed_answer(std::string_view service, std::uint8_t address);

/// The far end of a line with packs on it. Answers come as they would: after the wire time of the question,
/// the pack's latency, and the wire time of the answer.
class ScriptedBus {
public:
    ScriptedBus(MemoryPort& port, bus::Time& time, const dialect::Dialect& dialect = dialect::daren::dialect);

    struct Pack {
        bool silent = false;
        Duration latency = std::chrono::milliseconds(20);
        std::vector<std::string> refused{};                       ///< services answered with RTN 04
        std::map<std::string, std::vector<std::uint8_t>> info{};  ///< instead of the seed's
    };
    std::map<std::uint8_t, Pack> packs;
    /// The speed at which they understand; that of the port as it was.
    std::uint32_t baud;
    /// Changes or drops (empty) the text of an answer before it is sent.
    std::function<std::string(std::string answer, std::string_view service, std::uint8_t address)> tamper;

    struct Question {
        std::string service;
        std::uint8_t address;
        TimePoint when;
        bool operator==(const Question&) const = default;
    };
    std::vector<Question> asked;
    [[nodiscard]] std::size_t count(std::string_view service, std::uint8_t address) const;

private:
    void hear(std::string_view bytes);
    MemoryPort& port_;
    bus::Time& time_;
    const dialect::Dialect& dialect_;
    std::map<std::uint8_t, TimePoint> busy_until_;
};

}  // namespace packwire::test
