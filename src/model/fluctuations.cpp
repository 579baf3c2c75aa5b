// SPDX-License-Identifier: MIT
#include "model/fluctuations.hpp"

#include <algorithm>
#include <functional>

namespace packwire::model {

namespace {

/// A line of which nothing is known: 6 of the last 16 readings, or 10 of the last 64. A line on which every
/// tenth frame is damaged behind the back of CHKSUM strikes one field so often, before any of it shows, in
/// less than 1 of 1000 stretches without a sign.
constexpr std::size_t recent_readings = 16;
constexpr std::size_t often_of_recent = 6;
constexpr std::size_t middle_readings = 64;
constexpr std::size_t often_of_middle = 10;
/// A proven line: 4 of the last 256. One frame in 1000 damaged so strikes one field that often in less than
/// 1 of 10 000 such stretches.
constexpr std::size_t often_of_all = 4;
constexpr std::size_t lively = 3;
/// Of the last moves the third longest counts: two that were damage say nothing.
constexpr std::size_t rank = 2;
/// So a range that was seen in part is not found out step by step.
constexpr double margin = 2;

}  // namespace

std::size_t Fluctuations::OfField::among(std::size_t last) const {
    std::size_t count = 0;
    for (std::size_t i = 0; i < last; ++i) count += readings[i] ? 1U : 0U;
    return count;
}

double Fluctuations::OfField::usual() const {
    auto sorted = by;
    const auto count = std::min(moves, sorted.size());
    if (count <= rank) return of_state;
    const auto place = sorted.begin() + rank;
    std::nth_element(sorted.begin(), place, sorted.begin() + static_cast<std::ptrdiff_t>(count),
                     std::greater<>());
    return *place;
}

const Fluctuations::OfField* Fluctuations::find(const Field& field) const {
    const auto found = std::ranges::find(fields_, &field, &OfField::field);
    return found == fields_.end() ? nullptr : &*found;
}

void Fluctuations::note(const Field& field, double by) {
    auto found = std::ranges::find(fields_, &field, &OfField::field);
    if (found == fields_.end()) {
        fields_.push_back({.field = &field});
        found = fields_.end() - 1;
    }
    found->moved = true;
    found->furthest = std::max(found->furthest, by);
}

void Fluctuations::end_reading() {
    for (auto& field : fields_) {
        field.readings <<= 1U;
        field.readings[0] = field.moved;
        if (field.moved) field.by[field.moves++ % field.by.size()] = field.furthest;
        field.moved = false;
        field.furthest = of_state;
    }
    std::erase_if(fields_, [](const OfField& field) { return field.readings.none(); });
}

bool Fluctuations::explains(const Field& field, double by, LineTrust trust) const {
    const auto* known = trust == LineTrust::bad ? nullptr : find(field);
    if (known == nullptr) return false;
    const bool over_minutes = trust == LineTrust::proven && known->readings.count() >= often_of_all;
    if (by == of_state) return over_minutes;
    const bool lately =
        known->among(recent_readings) >= often_of_recent || known->among(middle_readings) >= often_of_middle;
    if (!over_minutes && !lately) return false;
    return by <= margin * known->usual();
}

bool Fluctuations::is_lively(const Field& field) const {
    const auto* known = find(field);
    return known != nullptr && known->among(recent_readings) >= lively;
}

}  // namespace packwire::model
