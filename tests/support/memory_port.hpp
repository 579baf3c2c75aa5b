// SPDX-License-Identifier: MIT
/// A line in memory whose far end is scripted; made for virtual time.
#pragma once

#include <functional>
#include <map>
#include <optional>
#include <string>

#include "bus/port.hpp"

namespace packwire::test {

class MemoryPort final : public bus::Port {
public:
    explicit MemoryPort(bus::Time& time, std::string name = "memory", std::uint32_t baud = 19200);

    /// The far end: called with what the master wrote, before write() returns. May call anything below.
    std::function<void(std::string_view)> on_write;
    /// `bytes` arrive at `when`, in one piece; equal times in the order of the calls. What arrives while the
    /// line is closed is lost.
    void deliver(TimePoint when, std::string bytes);
    /// The adapter is unplugged: the line closes, a read under way ends with port_gone, what was to come is
    /// lost.
    void vanish();
    /// It is plugged in again; the master has to open it.
    void come_back() { vanished_ = false; }
    /// Every open() fails so, until called with nullopt.
    void refuse_open(std::optional<Error> error) { refusal_ = std::move(error); }
    /// Every set_baud() fails with port_refused, as on a gateway.
    void refuse_baud() { baud_fixed_ = true; }
    [[nodiscard]] std::uint32_t baud() const { return baud_; }
    /// How often the master opened, or tried to.
    [[nodiscard]] int opens() const { return opens_; }
    /// All that the master wrote.
    [[nodiscard]] const std::string& written() const { return written_; }

    bus::Task<Result<void>> open() override;
    [[nodiscard]] bool is_open() const override { return open_; }
    void close() override;
    bus::Task<Result<std::size_t>> read(std::span<char> into, TimePoint deadline) override;
    bus::Task<Result<void>> write(std::string_view bytes) override;
    void discard_input() override;
    Result<void> set_baud(std::uint32_t baud) override;
    [[nodiscard]] Duration character_time() const override;
    [[nodiscard]] const std::string& name() const override { return name_; }

private:
    [[nodiscard]] bool has_input() const;
    std::size_t take(std::span<char> into);

    bus::Time& time_;
    std::unique_ptr<bus::Timer> timer_;
    std::string name_;
    std::uint32_t baud_;
    std::multimap<TimePoint, std::string> arrivals_;
    std::optional<Error> refusal_;
    std::string written_;
    int opens_ = 0;
    bool open_ = false;
    bool vanished_ = false;
    bool baud_fixed_ = false;
};

}  // namespace packwire::test
