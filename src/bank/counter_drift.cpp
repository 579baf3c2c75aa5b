// SPDX-License-Identifier: MIT
#include "bank/counter_drift.hpp"

#include <algorithm>
#include <cmath>

namespace packwire::bank {

namespace {

constexpr int samples_a_window = 60;
/// The text of a deviation that still grows changes with each of these steps. %
constexpr double step_of_report = 1;

double residual(const CounterDrift::Reading& reading) {
    return reading.counter - reading.counted;
}

}  // namespace

void CounterDrift::step(const Reading& reading) {
    note_ends(reading);
    if (last_ && !samples_.empty()) allow_for_new_capacity(*last_, reading);
    allow_for_ends(reading);
    end_report(reading);
    std::erase_if(samples_,
                  [&](const Reading& sample) { return reading.when - sample.when > settings_.window; });
    compare(reading);
    if (samples_.empty() || reading.when - samples_.back().when >= settings_.window / samples_a_window)
        samples_.push_back(reading);
    last_ = reading;
}

void CounterDrift::note_ends(const Reading& reading) {
    if (reading.highest >= settings_.top) top_until_ = reading.when + settings_.end_for;
    if (reading.lowest <= settings_.bottom) bottom_until_ = reading.when + settings_.end_for;
}

void CounterDrift::allow_for_new_capacity(const Reading& before, const Reading& now) {
    if (now.capacity == before.capacity || now.when < capacity_again_) return;
    capacity_again_ = now.when + settings_.window;
    const auto moved = residual(now) - residual(before);
    for (auto& sample : samples_) sample.counter += moved;
    agreed_ += moved;
}

/// Whatever stood lower, or higher, is lifted to what is said now. Not by steps: half of the steps of a
/// counter that is rounded go either way.
void CounterDrift::allow_for_ends(const Reading& now) {
    const bool charging = last_ && now.counted > last_->counted;
    const bool discharging = last_ && now.counted < last_->counted;
    const bool upward = now.when < top_until_ || (discharging && now.counter <= settings_.floor &&
                                                  now.lowest <= settings_.bottom_counted);
    const bool downward = now.when < bottom_until_ || (charging && now.counter >= settings_.ceiling);
    const auto allow = [&](double& counter, double counted) {
        const auto moved = residual(now) - (counter - counted);
        if (moved > 0 ? upward : downward) counter += moved;
    };
    for (auto& sample : samples_) allow(sample.counter, sample.counted);
    allow(agreed_, 0);
}

void CounterDrift::compare(const Reading& now) {
    double worst = 0;
    for (const auto& before : samples_) {
        const auto parted = residual(now) - residual(before);
        const auto allowed =
            settings_.allowance + settings_.throughput_error * (now.throughput - before.throughput);
        if (std::abs(parted) - allowed <= worst) continue;
        worst = std::abs(parted) - allowed;
        const CounterDeviation found{.moved = now.counter - before.counter,
                                     .counted = now.counted - before.counted,
                                     .span = now.when - before.when};
        if (deviation_ && std::abs(found.size()) < std::abs(deviation_->size()) + step_of_report) continue;
        if (!deviation_) agreed_ = residual(before);
        deviation_ = found;
        deviated_at_ = now.when;
    }
}

void CounterDrift::end_report(const Reading& now) {
    if (!deviation_) return;
    const bool taken_back = std::abs(residual(now) - agreed_) < settings_.allowance / 2;
    const bool right_at_top = now.when < top_until_ && now.counter >= settings_.ceiling;
    const bool right_at_bottom = now.when < bottom_until_ && now.counter <= settings_.floor;
    const bool old = now.when - deviated_at_ > settings_.report_for;
    if (!taken_back && !right_at_top && !right_at_bottom && !old) return;
    deviation_.reset();
    samples_.clear();
}

}  // namespace packwire::bank
