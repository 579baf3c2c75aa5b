// SPDX-License-Identifier: MIT
/// A pack with a history, on a MemoryPort whose line loses what a test says, or on a line of the test's own.
#pragma once

#include <cstdint>
#include <deque>
#include <functional>
#include <optional>
#include <string>
#include <vector>

#include "support/memory_port.hpp"
#include "wire/frame.hpp"

namespace packwire::test {

/// INFO of a 4B record without its end mark: 16 cells, 4 sensors, `number` seconds after 2026-01-01 00:00:00,
/// and different from that of any other number.
[[nodiscard]] std::vector<std::uint8_t> history_info(std::uint32_t number);
/// The same of 4C.
[[nodiscard]] std::vector<std::uint8_t> event_info(std::uint32_t number);

/// Answers 4B and 4C from its rings, all else as the seed does. Answers in order, however late.
class RingPack {
public:
    /// On a line of the test's own, which gives it what it hears by reply().
    explicit RingPack(std::uint8_t address = 1) : address_(address) {}
    RingPack(MemoryPort& port, bus::Time& time, std::uint8_t address = 1);

    /// What it says to one question; empty when it is not asked.
    [[nodiscard]] std::string reply(std::string_view question);

    struct Ring {
        std::deque<std::vector<std::uint8_t>> records;
        std::size_t dropped = 0;            ///< overwritten so far
        std::optional<std::size_t> cursor;  ///< of all that ever were; nothing was read yet: absent
        bool end_mark = true;
        bool wraps = false;  ///< the first record follows the last
        void push(std::vector<std::uint8_t> info) { records.push_back(std::move(info)); }
        void overwrite(std::size_t count);
    };
    Ring history;
    Ring events;
    Duration latency = std::chrono::milliseconds(20);

    enum class Fate : std::uint8_t { good, question_lost, answer_lost, damaged, late };
    /// What becomes of the exchange; asked once for each question, `number` counts from 0.
    std::function<Fate(std::size_t number, std::uint8_t cid2)> fate;
    /// RTN instead of a record.
    std::function<std::optional<std::uint8_t>(std::uint8_t cid2, std::uint8_t type)> refuse;
    Duration lateness = std::chrono::milliseconds(600);

    std::size_t questions = 0;
    /// "00 01 4F 02": types of 4B and 4C, codes of others, in order.
    std::string asked;

private:
    void hear(std::string_view bytes);
    [[nodiscard]] std::string answer(const wire::Frame& request);
    [[nodiscard]] bool note(const wire::Frame& request);
    [[nodiscard]] std::string page(std::uint8_t cid2, std::uint8_t type);
    [[nodiscard]] std::string refusal(std::uint8_t rtn) const;
    MemoryPort* port_ = nullptr;
    bus::Time* time_ = nullptr;
    std::uint8_t address_;
    TimePoint busy_until_{};
};

}  // namespace packwire::test
