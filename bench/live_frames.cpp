// SPDX-License-Identifier: MIT
#include "live_frames.hpp"

#include <array>
#include <random>

#include "dialect/daren/daren.hpp"
#include "dialect/dialect.hpp"
#include "model/record.hpp"

namespace packwire::bench {

namespace {

using Random = std::mt19937;

std::int32_t between(Random& random, std::int32_t low, std::int32_t high) {
    return low + static_cast<std::int32_t>(random() % static_cast<std::uint32_t>(high - low + 1));
}

void fill(model::Draft& draft, Random& random, model::Counts counts) {
    std::int32_t sum = 0;
    for (std::size_t i = 0; i < counts[0]; ++i) {
        const auto cell = between(random, 3000, 3600);
        draft.set_raw("cell_voltage", cell, i);
        sum += cell;
    }
    draft.set_raw("pack_voltage", sum / 10);
    for (std::size_t i = 0; i < counts[1]; ++i)
        draft.set_raw("cell_temperature", between(random, -100, 500), i);
    draft.set_raw("ambient_temperature", between(random, -100, 500));
    draft.set_raw("pack_temperature", between(random, -100, 500));
    draft.set_raw("mosfet_temperature", between(random, -100, 800));
    draft.set_raw("state_of_charge", between(random, 0, 10000));
    draft.set_raw("pack_current", between(random, -15000, 15000));
    draft.set_raw("state_of_health", between(random, 50, 100));
    draft.set_raw("user_defined", 1);
    draft.set_raw("full_charge_capacity", between(random, 8000, 32000));
    draft.set_raw("remaining_capacity", between(random, 0, 8000));
    draft.set_raw("cycle_count", between(random, 0, 6000));
    draft.set_raw("voltage_status", between(random, 0, 0xFF));
    draft.set_raw("fet_status", 0x23);
    draft.set_raw("io_status", 0x4000);
}

}  // namespace

std::vector<std::string> live_frames(std::size_t count) {
    constexpr std::array<model::Counts, 6> others{{{8, 1}, {13, 2}, {14, 4}, {15, 4}, {20, 6}, {32, 8}}};
    Random random(1363);  // the same frames every time
    const auto& service = dialect::daren::live_data;
    model::Layouts layouts;
    std::vector<std::string> frames;
    frames.reserve(count);
    for (std::size_t i = 0; i < count; ++i) {
        const auto counts = i % 8 == 7 ? others[random() % others.size()] : model::Counts{16, 4};
        model::Draft draft(layouts, service, service.variants[random() % 2], counts);
        fill(draft, random, counts);
        const auto address = static_cast<std::uint8_t>(i % 16);
        frames.push_back(
            wire::encode(dialect::make_answer(dialect::daren::dialect, address, draft.encode())));
    }
    return frames;
}

}  // namespace packwire::bench
