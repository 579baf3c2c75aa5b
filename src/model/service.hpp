// SPDX-License-Identifier: MIT
/// How a service is declared: plain tables that read like the vendor's. One loop decodes them, one encodes.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string_view>

#include "base/clock.hpp"
#include "base/result.hpp"
#include "model/alarm.hpp"
#include "model/metric.hpp"

namespace packwire::model {

/// How a field stands in INFO. Integers are big-endian.
enum class Wire : std::uint8_t {
    u8,
    u16,
    s16,
    u32,
    mask_low,   ///< u16, cells 1..16
    mask_high,  ///< u16, cells 17..32 of the mask_low field of the same name
    text,       ///< `width` characters, padded with 00, 20 or FF
    version,    ///< `width` bytes, printed with dots
    date,       ///< YY MM DD binary, 2000 based; FF FF FF is unset
    bytes,      ///< `width` bytes that mean nothing here, printed as hex
};

inline constexpr std::int64_t no_constant = -1;
/// A request byte that carries the address of the pack (the COMMAND GROUP of the specification).
inline constexpr std::int64_t own_address = -2;

/// value = (raw + bias) × times / per
struct Scale {
    std::int32_t per = 1;
    std::int16_t bias = 0;
    std::int16_t times = 1;
    constexpr bool operator==(const Scale&) const = default;
    [[nodiscard]] constexpr double value_of(double raw) const { return (raw + bias) * times / per; }
    [[nodiscard]] constexpr double raw_of(double value) const { return value * per / times - bias; }
};

/// From `min` to `max`, both included; empty while they are equal.
struct Interval {
    double min = 0;
    double max = 0;
};

/// One row of a service.
struct Field {
    std::string_view name;
    Wire wire = Wire::u16;
    Scale scale{};
    std::string_view unit = "";
    double min = 0;  ///< plausible values, in `unit`; nothing is checked while min == max
    double max = 0;
    Metric metric{};
    std::string_view repeat = "";         ///< name of an earlier u8 field that says how often
    std::uint8_t fixed = 0;               ///< repeated so often, where no field says it
    bool sentinel = false;                ///< 7F, 7FFF or 7FFFFFFF means not measured
    bool optional = false;                ///< may be missing, with all that follows
    std::uint8_t width = 0;               ///< bytes of text, version, date and bytes
    bool to_end = false;                  ///< text or bytes: all that is left, usually `width`; stands last
    std::int64_t constant = no_constant;  ///< the only value there is, or own_address
    std::int64_t usual = 0;               ///< what a request says where packs take other values, too
    std::span<const Flag> flags{};        ///< of a status word
    std::span<const std::string_view> names{};  ///< of an enumeration, by value
    std::optional<Scale> other_scale{};         ///< in force when Service::other_scale says so
    bool framing = false;  ///< belongs to the form of the answer (group, module, length …), says nothing
    /// The proof of the frame rests on it: a value outside of min..max refuses the record, since it can be
    /// damage, until it was there several times in a row (bus/persistent_faults).
    bool proves = false;
    /// Wider than min..max: up to here a value can be true. Of a field that proves the frame it is taken as
    /// it is (a dead cell), of any other as the nearest plausible one. Beyond it nothing was measured.
    Interval possible{};
};

/// Bytes of one element on the wire.
[[nodiscard]] constexpr std::size_t width(const Field& field) {
    switch (field.wire) {
        case Wire::u8:
            return 1;
        case Wire::u16:
        case Wire::s16:
        case Wire::mask_low:
        case Wire::mask_high:
            return 2;
        case Wire::u32:
            return 4;
        case Wire::text:
        case Wire::version:
        case Wire::date:
        case Wire::bytes:
            return field.width;
    }
    return 0;
}

/// Text, not a number: what Record::text() is for.
[[nodiscard]] constexpr bool is_text(const Field& field) {
    return field.wire == Wire::text || field.wire == Wire::version || field.wire == Wire::date ||
           field.wire == Wire::bytes;
}

/// A list of values under one name.
[[nodiscard]] constexpr bool is_list(const Field& field) {
    return !field.repeat.empty() || field.fixed > 0;
}

inline constexpr std::size_t max_counts = 2;
using Counts = std::array<std::uint8_t, max_counts>;

/// A size that depends on the counts: base + Σ each[i] × count[i].
struct Linear {
    std::uint16_t base = 0;
    std::array<std::uint16_t, max_counts> each{};
    [[nodiscard]] constexpr std::size_t at(const Counts& counts) const {
        std::size_t size = base;
        for (std::size_t i = 0; i < max_counts; ++i) size += static_cast<std::size_t>(each[i]) * counts[i];
        return size;
    }
};

/// Where the counts of a table stand, and how long INFO must and can be. Worked out at compile time.
struct Shape {
    std::uint8_t counts = 0;
    std::array<Linear, max_counts> count_at{};
    std::array<std::uint8_t, max_counts> count_min{};
    std::array<std::uint8_t, max_counts> count_max{};
    Linear required;
    Linear full;
    bool to_end = false;  ///< the last field takes what is left
    bool well_formed = true;
};

/// Does the field of that name say how often others stand?
[[nodiscard]] constexpr bool is_count(std::span<const Field> fields, std::string_view name) {
    for (const auto& field : fields) {
        if (!field.repeat.empty() && field.repeat == name) return true;
    }
    return false;
}

/// Which count a field's `repeat` means; max_counts when none. Frugal: compilers limit constant evaluation.
[[nodiscard]] constexpr std::size_t count_index(std::span<const Field> fields, std::string_view repeat) {
    if (!is_count(fields, repeat)) return max_counts;
    std::size_t index = 0;
    for (const auto& field : fields) {
        if (field.name == repeat) return index;
        if (is_count(fields, field.name)) ++index;
    }
    return max_counts;
}

namespace detail {

/// Notes where a count stands. False when it cannot be one.
constexpr bool note_count(Shape& shape, const Field& field, std::size_t index) {
    if (field.wire != Wire::u8 || index != shape.counts || field.optional || field.max <= field.min)
        return false;
    shape.count_at[index] = shape.full;
    shape.count_min[index] = static_cast<std::uint8_t>(field.min);
    shape.count_max[index] = static_cast<std::uint8_t>(field.max);
    ++shape.counts;
    return true;
}

/// Makes room for the field. False when nothing before it counts it.
constexpr bool make_room(Shape& shape, const Field& field, std::size_t counted_by) {
    const auto size = width(field) * (field.fixed > 0 ? field.fixed : std::size_t{1});
    if (!field.repeat.empty() && counted_by >= shape.counts) return false;
    auto& room = field.repeat.empty() ? shape.full.base : shape.full.each[counted_by];
    room = static_cast<std::uint16_t>(room + size);
    return size > 0;
}

/// Only the two halves of a mask share a name.
constexpr bool name_is_free(std::span<const Field> before, const Field& field) {
    for (const auto& other : before) {
        const bool halves = other.wire == Wire::mask_low && field.wire == Wire::mask_high;
        if (other.name == field.name && !halves) return false;
    }
    return !field.name.empty();
}

}  // namespace detail

[[nodiscard]] constexpr Shape shape_of(std::span<const Field> fields) {
    Shape shape;
    bool tail = false;
    bool repeats = false;
    for (const auto& field : fields) repeats = repeats || !field.repeat.empty();
    for (std::size_t i = 0; i < fields.size(); ++i) {
        const auto& field = fields[i];
        const auto own = repeats ? count_index(fields, field.name) : max_counts;
        const bool counts = own < max_counts && field.repeat.empty();
        tail = tail || field.optional || field.to_end;
        const bool may_be_here = !tail || ((field.optional || field.to_end) && field.repeat.empty());
        const bool sound =
            (!counts || detail::note_count(shape, field, own)) &&
            detail::make_room(shape, field, repeats ? count_index(fields, field.repeat) : max_counts) &&
            detail::name_is_free(fields.first(i), field) && field.scale.per > 0 && field.scale.times > 0 &&
            may_be_here && !shape.to_end;
        shape.well_formed = shape.well_formed && sound;
        shape.to_end = field.to_end;
        if (!tail) shape.required = shape.full;
    }
    return shape;
}

/// One table of a service. Which of several it is, the bytes say.
struct Variant {
    std::string_view name;
    std::span<const Field> fields;
    /// Can INFO be of this table at all? For tables of the same length.
    bool (*when)(std::span<const std::uint8_t> info) = nullptr;
    Shape shape = shape_of(fields);
};

class Record;

/// How often a poller asks a service of its own accord.
enum class Cadence : std::uint8_t {
    never,      ///< only when somebody wants it
    telemetry,  ///< every interval. One service a dialect: that it fails says something of the pack's life
    once,       ///< once each time that the pack appears
    minutely,
    ten_minutely,
    daily,
};

/// A question and the tables of its answers.
struct Service {
    /// Upper-case hex as the protocol writes it, with the module for A0 and B0: "B0/4". Services that differ
    /// in the function of a module only share it.
    std::string_view code;
    std::string_view name;
    std::uint8_t cid2 = 0;
    std::span<const Field> request;     ///< what is sent; constants and own_address
    std::span<const Variant> variants;  ///< of the answer
    std::string_view source;            ///< section of docs/protocol.md
    std::string_view evidence;          ///< frame, spec, sw, pub, guess
    bool worth_seeing = true;           ///< part of a reading that names no service
    Cadence cadence = Cadence::never;   ///< how often it is polled
    std::string_view section = "";      ///< where its parameters stand in a backup; empty: holds none
    std::string_view title = "";        ///< what those parameters are, for people
    /// Its values are measured, so one outside of min..max is unknown, with a remark (model/remark). A
    /// parameter outside of its range stays what it is.
    bool measures = false;
    /// Does `other_scale` of the fields hold for this record?
    bool (*other_scale)(const Record&) = nullptr;
    /// Name of the variant while other_scale holds.
    std::string_view other_scale_name = "";
    /// How badly a record of a table that fits only in part contradicts itself; the smaller one is taken.
    std::int64_t (*deviation)(const Record&) = nullptr;
    /// Values that contradict each other. Errors: inconsistent, look_alike.
    std::optional<Error> (*contradiction)(const Record&) = nullptr;
    /// Values that do not fit each other, in a record that is good all the same; `where` says which. Its
    /// first word is the name of a field.
    std::optional<Error> (*disagreement)(const Record&) = nullptr;
    /// A known other device, by bytes that no table reads or whose values contradict each other. Errors:
    /// look_alike.
    std::optional<Error> (*stranger)(std::span<const std::uint8_t> info) = nullptr;
    /// Does the record look like this service so much that nobody need have asked for it? Null: yes.
    bool (*tell_tale)(const Record&) = nullptr;
    std::uint8_t answer_code = 0;  ///< where RTN stands in a good answer
};

/// A service that changes a pack: named when it is heard, never asked.
struct Writing {
    std::uint8_t cid2 = 0;
    std::string_view name;
};

/// A family of packs: how its frames look, and its services.
struct Dialect {
    std::string_view name;
    char soi = '~';
    std::uint8_t version = 0x22;
    std::uint8_t device = 0x4A;  ///< CID1; of requests only where answers echo
    std::span<const Service* const> services{};
    std::uint8_t max_address = 31;
    /// An answer names its question: the CID2 that was asked stands where CID1 stands. Source: protocol 2.8.
    bool echoes = false;
    /// Questions carry no INFO; what it would have said cannot be asked. Source: protocol 11.2.
    bool bare = false;
    std::span<const std::uint32_t> bauds{};  ///< that its packs are known to use, the likeliest first
    /// From the end of a question to the first character of the answer, for the slowest board known.
    Duration patience = std::chrono::milliseconds(500);
    std::span<const Writing> writings{};
};

/// What is polled every interval; null when the dialect has no such service.
[[nodiscard]] constexpr const Service* telemetry(const Dialect& dialect) {
    for (const auto* service : dialect.services) {
        if (service->cadence == Cadence::telemetry) return service;
    }
    return nullptr;
}

/// Does any answer of the service tell that quantity?
[[nodiscard]] constexpr bool tells(const Service& service, Metric metric) {
    for (const auto& variant : service.variants) {
        for (const auto& field : variant.fields) {
            if (field.metric == metric) return true;
        }
    }
    return false;
}

/// Every table is sound: names unique, each repeat counts on an earlier u8, nothing required behind an
/// optional field, nothing at all behind one that goes to the end.
[[nodiscard]] constexpr bool well_formed(const Service& service) {
    if (!shape_of(service.request).well_formed) return false;
    for (const auto& variant : service.variants) {
        if (!variant.shape.well_formed) return false;
    }
    return true;
}

}  // namespace packwire::model
