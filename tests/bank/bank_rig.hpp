// SPDX-License-Identifier: MIT
/// Packs on a line, the book, and a keeper, in a time of their own: what a daemon does, without a bus.
#pragma once

#include <algorithm>
#include <list>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "bank/book.hpp"
#include "bank/fake_pack.hpp"
#include "bank/keeper.hpp"

namespace packwire::test {

inline const WallTime new_year = std::chrono::sys_days{std::chrono::January / 1 / 2026};

class BankRig {
public:
    struct Line {
        FakePack pack;
        bool silent = false;
        std::vector<std::string> refused{};  ///< answered with RTN 04
        std::vector<std::string> mute{};     ///< not answered at all
        bool frozen = false;                 ///< says the same to the last digit
        unsigned readings = 0;
    };

    explicit BankRig(bank::KeeperSettings settings = {}, bank::Memory memory = {})
        : keeper(std::make_unique<bank::Keeper>(std::move(settings), std::move(memory))) {}

    /// Wired to the line, by its serial number; it answers from appear() on.
    Line& add(std::string serial, std::uint8_t address) {
        serial.resize(15, ' ');
        auto& line = lines.emplace_back(FakePack(serial, address));
        line.pack.cells(3.3).sensors(25).charge(60, 100).mosfets(true, true);
        line.pack.set("pack_current", -5)
            .set("mosfet_temperature", 30)
            .set("voltage_status", 0)
            .set("alarm_status", 0);
        return line;
    }
    /// As the poller asks a pack that has come: who it is, and what limits it has.
    void appear(Line& line) {
        book.on_appear(bus, address(line), dialect::daren::dialect);
        for (const auto* service : {&dialect::daren::live_data, &dialect::daren::system_parameters,
                                    &dialect::daren::basic_parameters, &dialect::daren::manufacturing})
            answer(line, *service);
        step();
    }
    void appear_all() {
        for (auto& line : lines) appear(line);
    }
    void answer(Line& line, const model::Service& service) {
        const auto is_service = [&](const std::string& code) { return code == service.code; };
        if (std::ranges::any_of(line.mute, is_service)) return;
        if (std::ranges::any_of(line.refused, is_service)) {
            publish(book.on_unsupported(bus, address(line), service));
            return;
        }
        auto info = info_of(line, service);
        if (service.code == "42" && !line.frozen) flicker(info, line.readings++);
        publish(book.on_record(bus, address(line), believed(decoder_, service, info), now, wall()));
    }
    /// Everybody who is not silent is read each second; whatever is due in between happens when it is due.
    void run(Duration time) {
        const auto end = now + time;
        while (now < end) {
            const auto next = std::min(now + std::chrono::seconds(1), end);
            advance(next);
            for (auto& line : lines) {
                if (line.silent) continue;
                answer(line, dialect::daren::live_data);
                step();
            }
        }
    }
    /// Nothing is heard; what is due happens when it is due.
    void advance(TimePoint until) {
        while (true) {
            const auto due = std::min(book.next_change(), keeper->next());
            if (due > until) break;
            now = std::max(now, due);
            for (const auto* pack : book.refresh(now)) publish(pack);
            step();
        }
        now = until;
    }
    void step() {
        if (auto bank = keeper->step(now, wall())) told.push_back(std::move(*bank));
    }

    [[nodiscard]] WallTime wall() const {
        return new_year + std::chrono::duration_cast<WallTime::duration>(now - begin) + wall_offset;
    }
    [[nodiscard]] const bank::Bank& bank() const { return told.back(); }
    /// The process ends; another begins with what this one wrote.
    void restart(bank::KeeperSettings settings, bank::Memory memory) {
        keeper = std::make_unique<bank::Keeper>(std::move(settings), std::move(memory));
        book = bank::Book(bank::LossTimes{});
        told.clear();
    }

    static constexpr TimePoint begin{std::chrono::hours(1)};
    TimePoint now = begin;
    WallTime::duration wall_offset{};
    bank::Book book{bank::LossTimes{}};
    std::unique_ptr<bank::Keeper> keeper;
    std::list<Line> lines;
    std::vector<bank::Bank> told;  ///< every bank that was published
    const std::string bus = "/dev/ttyUSB0";

private:
    static std::uint8_t address(const Line& line) { return line.pack.pack.snapshot.identity.address; }
    static std::vector<std::uint8_t> info_of(Line& line, const model::Service& service) {
        if (service.code == "42") return line.pack.live();
        auto info = seed_info(service.code);
        if (service.code == "B0/3") std::ranges::copy(line.pack.pack.snapshot.identity.id, info.begin() + 6);
        return info;
    }
    /// What is measured moves by a digit.
    void flicker(std::vector<std::uint8_t>& info, unsigned reading) {
        const auto record = believed(decoder_, dialect::daren::live_data, info);
        const auto found = record.layout().find(model::metric("ambient_temperature"));
        if (found.count > 0)
            info[record.slot(found.first).offset + 1U] ^= static_cast<std::uint8_t>(reading & 1U);
    }
    void publish(const bank::Pack* pack) {
        if (pack != nullptr) keeper->on_pack(*pack);
    }
    model::Decoder decoder_;
};

/// What another run wrote: packs on that line.
inline bank::Memory knows(std::initializer_list<std::pair<std::string, std::uint8_t>> packs,
                          WallTime seen = new_year) {
    bank::Memory memory;
    for (const auto& [id, address] : packs)
        memory.packs.push_back({.id = id, .bus = "/dev/ttyUSB0", .address = address, .seen = seen});
    return memory;
}

inline std::vector<std::string> ids(const bank::Bank& bank) {
    std::vector<std::string> all;
    for (const auto& member : bank.members) all.push_back(member.id);
    return all;
}

inline std::uint8_t cable(const bank::Bank& bank) {
    return bank.alarms[static_cast<std::size_t>(model::Alarm::bms_cable)];
}

}  // namespace packwire::test
