// SPDX-License-Identifier: MIT
/// A line of a GPIO chip as an output, through libgpiod where this build has it.
#pragma once

#include "rules/rule.hpp"

struct gpiod_chip;
struct gpiod_line;

namespace packwire::rules {

/// Held from the first set() on: who lets a line go leaves its level to the chip.
class GpioOutput {
public:
    GpioOutput(GpioLine line, bool active_low) : place_(std::move(line)), active_low_(active_low) {}
    GpioOutput(const GpioOutput&) = delete;
    GpioOutput& operator=(const GpioOutput&) = delete;
    ~GpioOutput();

    /// Takes microseconds. Errors: io (no such chip or line, rights, held by another program).
    [[nodiscard]] Result<void> set(bool on);

private:
    [[nodiscard]] Result<void> open(bool on);
    void close();
    GpioLine place_;
    bool active_low_;
    gpiod_chip* chip_ = nullptr;
    gpiod_line* line_ = nullptr;
};

}  // namespace packwire::rules
