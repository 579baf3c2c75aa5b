// SPDX-License-Identifier: MIT
#include "bus/statistics.hpp"

#include <algorithm>

namespace packwire::bus {

namespace {

constexpr Duration window = std::chrono::seconds(10);

double part(Duration some, Duration all) {
    if (all <= Duration::zero()) return 0;
    return std::clamp(std::chrono::duration<double>(some) / std::chrono::duration<double>(all), 0.0, 1.0);
}

}  // namespace

void Histogram::add(Duration took) {
    took = std::max(took, Duration::zero());
    const auto bucket = std::ranges::lower_bound(bounds, took) - bounds.begin();
    ++buckets_[static_cast<std::size_t>(bucket)];
    ++count_;
    longest_ = std::max(longest_, took);
}

Duration Histogram::quantile(double part) const {
    if (count_ == 0) return {};
    const auto wanted = part * static_cast<double>(count_);
    double below = 0;
    for (std::size_t i = 0; i < bounds.size(); ++i) {
        const auto here = static_cast<double>(buckets_[i]);
        if (here > 0 && below + here >= wanted) {
            const Duration low = i == 0 ? Duration::zero() : Duration(bounds[i - 1]);
            const Duration high = std::min(Duration(bounds[i]), longest_);
            const auto width = static_cast<double>((high - low).count()) * (wanted - below) / here;
            return low + Duration(static_cast<Duration::rep>(width));
        }
        below += here;
    }
    return longest_;
}

double LineTime::busy() const {
    return part(wire, elapsed);
}

double LineTime::waiting() const {
    return part(asking - std::min(wire, asking), elapsed);
}

double LineTime::idle() const {
    return 1 - std::min(1.0, busy() + waiting());
}

void LineStatistics::count(std::uint8_t address, Count what) {
    count(what);
    ++(packs_[address].counters.*what);
}

void LineStatistics::refused(std::uint8_t address, Errc code) {
    ++line_.of(code);
    ++packs_[address].counters.of(code);
}

void LineStatistics::believed(std::uint8_t address, const model::Record& record) {
    auto& pack = packs_[address];
    const auto odd = pack.remarks.take(record);
    line_.remarks += odd;
    pack.counters.remarks += odd;
}

void LineStatistics::characters(std::size_t count, Duration each) {
    time_.characters += count;
    time_.wire += static_cast<Duration::rep>(count) * each;
}

void LineStatistics::ended(TimePoint began, TimePoint now) {
    time_.asking += now - began;
    mark(now);
}

void LineStatistics::answered(std::uint8_t address, Duration first_character, Duration exchange) {
    auto& pack = packs_[address];
    pack.first_character.add(first_character);
    pack.exchange.add(exchange);
}

void LineStatistics::mark(TimePoint now) {
    if (now - last_.at < window) return;
    before_ = last_;
    last_ = {.at = now, .time = time_};
}

LineTime LineStatistics::total(TimePoint now) const {
    auto time = time_;
    time.elapsed = now - start_;
    return time;
}

LineTime LineStatistics::recent(TimePoint now) const {
    const auto& since = now - last_.at >= window ? last_ : before_;
    return {.elapsed = now - since.at,
            .wire = time_.wire - since.time.wire,
            .asking = time_.asking - since.time.asking,
            .characters = time_.characters - since.time.characters};
}

}  // namespace packwire::bus
