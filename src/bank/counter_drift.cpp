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
    double corrected = 0;
    if (last_ && !samples_.empty()) {
        corrected = honest(*last_, reading);
        for (auto& sample : samples_) sample.counter += corrected;
    }
    end_report(reading, corrected);
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

/// How much of what the counter moved beyond the current is a correction that a sound BMS makes.
double CounterDrift::honest(const Reading& before, const Reading& now) {
    const auto moved = residual(now) - residual(before);
    const auto counted = now.counted - before.counted;
    if (now.capacity != before.capacity && now.when >= capacity_again_) {
        capacity_again_ = now.when + settings_.window;
        return moved;
    }
    if (moved > 0) {
        if (now.when < top_until_) return moved;
        const bool at_floor = now.counter <= settings_.floor && now.lowest <= settings_.bottom_counted;
        return at_floor ? std::min(moved, std::max(-counted, 0.0)) : 0;
    }
    if (now.when < bottom_until_) return moved;
    return now.counter >= settings_.ceiling ? std::max(moved, -std::max(counted, 0.0)) : 0;
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

void CounterDrift::end_report(const Reading& now, double corrected) {
    if (!deviation_) return;
    const bool taken_back = std::abs(residual(now) - agreed_) < settings_.allowance / 2;
    const bool put_right = std::abs(corrected) > settings_.allowance / 2;
    if (taken_back || put_right || now.when - deviated_at_ > settings_.report_for) {
        deviation_.reset();
        samples_.clear();
    }
}

}  // namespace packwire::bank
