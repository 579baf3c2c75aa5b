// SPDX-License-Identifier: MIT
/// What was said on a polled line, and how long it takes at least.
#pragma once

#include <chrono>
#include <cstdint>

#include "bus/poller.hpp"
#include "bus/transact.hpp"

namespace packwire::bench {

/// Characters and questions on a line.
struct Traffic {
    std::size_t characters = 0;
    std::size_t questions = 0;

    void asked(std::size_t size) {
        ++questions;
        characters += size;
    }
    void heard(std::size_t size) { characters += size; }
    Traffic operator-(const Traffic& before) const {
        return {characters - before.characters, questions - before.questions};
    }
    /// Seconds that the line needs for that: characters, the latency of the packs, and the silence before
    /// each question.
    [[nodiscard]] double limit(bus::Line& line, Duration latency) const {
        const auto each = latency + bus::turn_around_characters * line.port().character_time();
        const auto wire = static_cast<Duration::rep>(characters) * line.port().character_time();
        return std::chrono::duration<double>(wire + static_cast<Duration::rep>(questions) * each).count();
    }
};

/// Counts telemetry, and what failed.
struct Count final : bus::PollListener {
    std::size_t live = 0;
    std::size_t failures = 0;
    void on_appear(std::uint8_t /*address*/) override {}
    void on_record(std::uint8_t /*address*/, const model::Record& record) override {
        live += record.service().cadence == model::Cadence::telemetry ? 1U : 0U;
    }
    void on_failure(std::uint8_t /*address*/, const dialect::Service& /*service*/,
                    const Error& /*error*/) override {
        ++failures;
    }
    void on_port(const Result<void>& /*state*/) override {}
};

}  // namespace packwire::bench
