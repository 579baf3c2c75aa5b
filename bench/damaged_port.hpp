// SPDX-License-Identifier: MIT
/// A pack behind a line that damages what it says; no waiting, so that millions of frames go through.
#pragma once

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>
#include <vector>

#include "bus/port.hpp"
#include "sim/random.hpp"

namespace packwire::bench {

/// Every wait is over at once; the clock has gone on by it.
class LeapingTime final : public bus::Time {
public:
    [[nodiscard]] TimePoint now() const override { return now_; }
    [[nodiscard]] WallTime wall_now() const override { return {}; }
    [[nodiscard]] std::unique_ptr<bus::Timer> timer() override;
    void leap_to(TimePoint when) { now_ = std::max(now_, when); }

private:
    TimePoint now_{};
};

/// Answers of one pack to 42, half a second of its life apart.
[[nodiscard]] std::vector<std::string> life_of_a_pack(std::size_t count);

/// Answers every question with what the pack says at that time, damaged.
class DamagedPort final : public bus::Port {
public:
    using Damage = std::function<void(std::string& text, sim::Random& random)>;
    DamagedPort(LeapingTime& time, const std::vector<std::string>& life, Damage damage)
        : time_(time), life_(life), damage_(std::move(damage)) {}

    bus::Task<Result<void>> open() override { co_return Result<void>{}; }
    [[nodiscard]] bool is_open() const override { return true; }
    void close() override {}
    bus::Task<Result<std::size_t>> read(std::span<char> into, TimePoint deadline) override;
    bus::Task<Result<void>> write(std::string_view bytes) override;
    void discard_input() override { heard_.clear(); }
    [[nodiscard]] Duration character_time() const override;
    [[nodiscard]] const std::string& name() const override { return name_; }

    /// What the pack said last, undamaged.
    [[nodiscard]] const std::string& truth() const { return *truth_; }
    [[nodiscard]] std::uint64_t frames() const { return frames_; }
    /// Damaged ones, and those of them that have a good CHKSUM all the same and say something else.
    [[nodiscard]] std::uint64_t damaged() const { return damaged_; }
    [[nodiscard]] std::uint64_t undetected() const { return undetected_; }

private:
    LeapingTime& time_;
    const std::vector<std::string>& life_;
    Damage damage_;
    std::string name_ = "damaged";
    std::string heard_;
    const std::string* truth_ = nullptr;
    std::uint64_t frames_ = 0;
    std::uint64_t damaged_ = 0;
    std::uint64_t undetected_ = 0;
};

}  // namespace packwire::bench
