// SPDX-License-Identifier: MIT
/// Charge control with packs that a test describes, second by second.
#pragma once

#include <chrono>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bank/charge_control.hpp"
#include "support/pack_reading.hpp"

namespace packwire::test {

class ControlScene {
public:
    explicit ControlScene(std::size_t number = 1, bank::ChargeSettings chosen = {})
        : settings(std::move(chosen)) {
        for (std::size_t i = 0; i < number; ++i) add();
        restart({});
    }

    void add(const Words& words = {}) {
        auto& pack = packs.emplace_back(std::make_unique<bank::Pack>());
        pack->snapshot.identity.id = "PACK" + std::to_string(packs.size());
        live.emplace_back();
        reader.read_47(pack->snapshot, words);
        reader.read_80(pack->snapshot, words);
    }
    void restart(std::optional<bank::ControlMemory> memory) {
        control = std::make_unique<bank::ChargeControl>(settings, std::move(memory));
    }
    /// All cells of a pack.
    void set_cells(double volts, std::size_t pack = 0) { live[pack].cells.assign(16, volts); }
    void set_freshness(bank::Freshness freshness) {
        for (auto& pack : packs) pack->freshness = freshness;
    }
    /// One step, now. Packs that are fresh are read.
    std::optional<bank::Limits> step() {
        std::vector<const bank::Pack*> known;
        for (std::size_t i = 0; i < packs.size(); ++i) {
            if (packs[i]->freshness == bank::Freshness::fresh) {
                reader.read_live(packs[i]->snapshot, live[i], now);
                packs[i]->last_good = now;
            }
            known.push_back(packs[i].get());
        }
        const auto told = control->step(known, now, wall);
        if (told) limits = *told;
        return told;
    }
    /// Steps of a second. What the last one says is in `limits`.
    void pass(Duration time) {
        for (const auto end = now + time; now < end;) {
            now += std::chrono::seconds(1);
            wall += std::chrono::seconds(1);
            step();
        }
    }

    bank::ChargeSettings settings;
    PackReader reader;
    std::vector<std::unique_ptr<bank::Pack>> packs;
    std::vector<Live> live;
    std::unique_ptr<bank::ChargeControl> control;
    bank::Limits limits;
    TimePoint now = TimePoint{} + std::chrono::hours(1);
    WallTime wall = WallTime{} + std::chrono::days(20000);
};

}  // namespace packwire::test
