// SPDX-License-Identifier: MIT
/// The pack whose frames are in protocol 5.1, as sinks are told of it.
#pragma once

#include <cstdint>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "bank/pack.hpp"
#include "dialect/daren/daren.hpp"
#include "model/record.hpp"
#include "wire/frame.hpp"

namespace packwire::test {

/// Source: protocol 5.1.
namespace seed {
// clang-format off
inline constexpr std::string_view live =
    "~22014A00E0C6001A2C14C0100D010D010CDB0D010D010D000D020CE60CF80D020D010CDF0D020D020D000CE0010E0104010"
    "E040104010401040104000000000050011F4014F000CC0000000000000000002300000000000000000000000000000000000"
    "00000000000D582\r";
inline constexpr std::string_view parameters =
    "~22014A006082000E4209C40073002D2EE00E4209C400102EE01F4005A00000FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "FFF444A4D3232303531383030363120202020202020E02C\r";
inline constexpr std::string_view manufacturer =
    "~22014A00604654315F472020202020204855414E593034202020313653313030412020200100020101EFB6\r";
inline constexpr std::string_view counters =
    "~22014A00103C8301015A0007000100000000000000000000000000000000000000000000F224\r";
inline constexpr std::string_view manufacturing =
    "~22014A0040EEB0010103FF714A44324D30323135303836302031202020202020FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF"
    "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF00C043\r";
inline constexpr std::string_view capacity =
    "~22014A00D030B0010104FF0014F01F40271000003B87000036D044E139C3F38A\r";
// clang-format on
inline constexpr TimePoint read_at{std::chrono::hours{25}};
inline constexpr WallTime read_at_wall = std::chrono::sys_days{std::chrono::January / 2 / 2026};
}  // namespace seed

/// A raw value that differs from the seed.
struct Change {
    std::string_view field;
    std::int32_t raw = 0;
    std::size_t place = 0;
};

/// Packs made of the seed's frames.
class SeedPack {
public:
    explicit SeedPack(std::string id = "JD2M02150860 1", std::uint8_t address = 1) {
        pack.snapshot.identity = {std::move(id), "/dev/ttyUSB0", address};
        namespace daren = dialect::daren;
        take(daren::live_data, seed::live);
        take(daren::system_parameters, seed::parameters);
        take(daren::manufacturer_info, seed::manufacturer);
        take(daren::protection_counters, seed::counters);
        take(daren::manufacturing, seed::manufacturing);
        take(daren::capacity, seed::capacity);
        pack.last_good = seed::read_at;
        pack.last_good_at = seed::read_at_wall;
    }

    /// Live data as the seed has it but for `changes`; newer than before.
    void read_live(const std::vector<Change>& changes = {}) {
        const auto frame = wire::decode(seed::live);
        const auto record = decoder_.decode(dialect::daren::live_data, frame->info());
        model::Draft draft(decoder_.layouts(), dialect::daren::live_data, record->layout().variant(),
                           model::Counts{16, 4});
        for (std::size_t i = 0; i < record->size(); ++i) {
            draft.set_raw(record->slot(i).field->name, record->raw()[i], record->slot(i).index);
        }
        for (const auto& change : changes) {
            if (!draft.set_raw(change.field, change.raw, change.place))
                throw std::runtime_error("no such field");
        }
        pack.last_good += std::chrono::seconds{1};
        pack.snapshot.update(draft.record(), pack.last_good);
    }

    bank::Pack pack;

private:
    void take(const model::Service& service, std::string_view text) {
        const auto frame = wire::decode(text);
        if (!frame) throw std::runtime_error(frame.error().where);
        const auto record = decoder_.decode(service, frame->info());
        if (!record) throw std::runtime_error(record.error().where);
        pack.snapshot.update(*record, seed::read_at);
    }
    model::Decoder decoder_;
};

}  // namespace packwire::test
