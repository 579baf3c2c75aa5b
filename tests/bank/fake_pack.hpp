// SPDX-License-Identifier: MIT
/// A pack for tests of the bank: the seed's answers (protocol 5.1), with what a test says instead.
#pragma once

#include <span>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bank/pack.hpp"
#include "support/scripted_pack.hpp"

namespace packwire::test {

/// What a line makes of an answer that comes again and again: also of one that fails its checks.
inline model::Record believed(model::Decoder& decoder, const model::Service& service,
                              std::span<const std::uint8_t> info) {
    if (auto record = decoder.decode(service, info)) return *record;
    model::Record record;
    if (!decoder.read_unproven(service, info, record)) throw std::runtime_error("no table fits");
    return record;
}

class FakePack {
public:
    explicit FakePack(std::string id, std::uint8_t address = 1, std::string bus = "/dev/ttyUSB0") {
        pack.snapshot.identity = {.id = std::move(id), .bus = std::move(bus), .address = address};
        pack.freshness = bank::Freshness::fresh;
    }

    /// What 42 says from now on, in the unit of the field.
    FakePack& set(std::string_view field, double value, std::size_t place = 0) {
        std::erase_if(changes_, [&](const Change& one) { return one.field == field && one.place == place; });
        changes_.push_back({field, value, place});
        info_.clear();
        return *this;
    }
    FakePack& cells(double volts) {
        for (std::size_t i = 0; i < 16; ++i) set("cell_voltage", volts, i);
        return set("pack_voltage", 16 * volts);
    }
    FakePack& sensors(double celsius) {
        for (std::size_t i = 0; i < 4; ++i) set("cell_temperature", celsius, i);
        return *this;
    }
    FakePack& charge(double remaining, double full) {
        return set("remaining_capacity", remaining).set("full_charge_capacity", full);
    }
    FakePack& mosfets(bool charge, bool discharge) {
        return set("fet_status", (charge ? 1 : 0) + (discharge ? 2 : 0));
    }

    /// INFO of its 42.
    [[nodiscard]] const std::vector<std::uint8_t>& live() {
        if (info_.empty()) info_ = make_live();
        return info_;
    }
    /// A good 42.
    FakePack& read(TimePoint now, WallTime wall = {}) {
        pack.snapshot.update(believed(decoder_, dialect::daren::live_data, live()), now);
        pack.services.answered(dialect::daren::live_data);
        pack.last_good = now;
        pack.last_good_at = wall;
        pack.freshness = bank::Freshness::fresh;
        return *this;
    }
    /// A good answer of the seed to another service (47, 80, B0/4), but for `changes`.
    FakePack& read(const model::Service& service, TimePoint now,
                   const std::vector<std::pair<std::string_view, double>>& changes = {}) {
        const auto info = seed_info(service.code);
        const auto record = *decoder_.decode(service, info);
        model::Draft draft(decoder_.layouts(), service, record.layout().variant());
        for (std::size_t i = 0; i < record.size() && !changes.empty(); ++i)
            draft.set_raw(record.slot(i).field->name, record.raw()[i], record.slot(i).index);
        for (const auto& [field, value] : changes) {
            if (!draft.set(field, value)) throw std::runtime_error("no such field");
        }
        pack.snapshot.update(changes.empty() ? record : draft.record(), now);
        pack.services.answered(service);
        return *this;
    }
    /// All that a bank waits for.
    FakePack& read_all(TimePoint now, WallTime wall = {}) {
        return read(now, wall)
            .read(dialect::daren::system_parameters, now)
            .read(dialect::daren::basic_parameters, now);
    }
    FakePack& refuse(const model::Service& service) {
        pack.services.refused(service);
        return *this;
    }
    FakePack& is(bank::Freshness freshness) {
        pack.freshness = freshness;
        return *this;
    }

    bank::Pack pack;

private:
    std::vector<std::uint8_t> make_live() {
        const auto info = seed_info("42");
        const auto record = *decoder_.decode(dialect::daren::live_data, info);
        model::Draft draft(decoder_.layouts(), dialect::daren::live_data, record.layout().variant(),
                           model::Counts{16, 4});
        for (std::size_t i = 0; i < record.size(); ++i)
            draft.set_raw(record.slot(i).field->name, record.raw()[i], record.slot(i).index);
        for (const auto& change : changes_) {
            if (!draft.set(change.field, change.value, change.place))
                throw std::runtime_error("no such field");
        }
        return draft.encode();
    }
    struct Change {
        std::string_view field;
        double value;
        std::size_t place;
    };
    std::vector<Change> changes_;
    std::vector<std::uint8_t> info_;
    model::Decoder decoder_;
};

}  // namespace packwire::test
