// SPDX-License-Identifier: MIT
/// A table with its counts filled in: slot -> offset and width, so that decoding is a few flat loops.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <vector>

#include "model/service.hpp"

namespace packwire::model {

/// Most values one record can have: 32 cells and 20 sensors in every repeated field of service 44 fit.
inline constexpr std::size_t max_slots = 256;
inline constexpr std::uint16_t no_slot = 0xFFFF;
/// Words are read this many at a time.
inline constexpr std::size_t lane = 8;

/// One value of a record.
struct Slot {
    const Field* field = nullptr;
    std::uint16_t index = 0;       ///< within a repeated field
    std::uint16_t offset = 0;      ///< in INFO
    std::uint16_t high = no_slot;  ///< of a mask_low: its mask_high
};

/// What a raw value says of its quantity.
enum class Standing : std::uint8_t {
    plausible,
    possible,      ///< outside of min..max, within Field::possible
    not_measured,  ///< the sentinel
    out_of_range,  ///< no battery has it; unknown
};

class Layout {
public:
    Layout(const Service& service, const Variant& variant, Counts counts);

    [[nodiscard]] const Service& service() const { return *service_; }
    [[nodiscard]] const Variant& variant() const { return *variant_; }
    [[nodiscard]] std::span<const Slot> slots() const { return slots_; }
    /// Bytes of INFO with every optional field.
    [[nodiscard]] std::size_t size() const { return size_; }
    /// How many slots fit into INFO of `size` bytes.
    [[nodiscard]] std::size_t slots_within(std::size_t size) const;
    /// Bytes that the first `slots` slots take at least.
    [[nodiscard]] std::size_t size_of(std::size_t slots) const;
    /// First slot and number of slots of a quantity; {no_slot, 0} when the table does not have it.
    struct Range {
        std::uint16_t first = no_slot;
        std::uint16_t count = 0;
    };
    [[nodiscard]] Range find(Metric metric) const {
        return metric.exists() ? by_metric_[metric.index] : Range{};
    }
    [[nodiscard]] Range find(std::string_view field) const;

    /// Reads the first `slots` raw values out of INFO. `raw` has room for max_slots + lane; what is behind
    /// the last slot is rubbish afterwards.
    void load(std::span<const std::uint8_t> info, std::size_t slots, std::int32_t* raw) const;
    /// Writes them back; text and bytes are copied from `text`, an INFO of the same layout.
    void store(const std::int32_t* raw, std::size_t slots, std::span<const std::uint8_t> text,
               std::uint8_t* info) const;
    /// First slot whose value is not its constant; no_slot when all are. `raw` has `slots` values.
    [[nodiscard]] std::size_t wrong_constant(const std::int32_t* raw, std::size_t slots) const;
    /// First slot outside of its plausible range; no_slot when none is.
    [[nodiscard]] std::size_t out_of_range(const std::int32_t* raw, std::size_t slots) const;
    /// The same among those that the proof of the frame rests on (Field::proves).
    [[nodiscard]] std::size_t unproven(const std::int32_t* raw, std::size_t slots) const;
    /// What `raw` in that slot says; plausible where nothing is checked, as in parameters.
    [[nodiscard]] Standing standing(std::size_t slot, std::int32_t raw) const;
    [[nodiscard]] bool has_value(std::size_t slot, std::int32_t raw) const {
        const auto standing = this->standing(slot, raw);
        return standing == Standing::plausible || standing == Standing::possible;
    }
    /// The raw value that counts: the nearest plausible one where Field::possible says so.
    [[nodiscard]] std::int32_t taken(std::size_t slot, std::int32_t raw) const;
    /// The least and greatest plausible raw value; those of int32 when nothing is checked.
    [[nodiscard]] std::int32_t low(std::size_t slot) const { return low_[slot]; }
    [[nodiscard]] std::int32_t high(std::size_t slot) const { return high_[slot]; }

private:
    struct Run {
        Wire wire;
        std::uint16_t offset, first, count;
    };
    struct Constant {
        std::uint16_t slot;
        std::int32_t value;
    };
    [[nodiscard]] bool is_plausible(std::size_t slot, std::int32_t raw) const;
    void add(const Field& field, std::uint16_t index);
    void pair_masks();

    const Service* service_;
    const Variant* variant_;
    std::size_t size_ = 0;
    std::vector<Slot> slots_;
    std::vector<Run> runs_;
    std::vector<Constant> constants_;
    std::vector<std::int32_t> low_, high_, sentinel_;
    bool proves_ = false;  ///< any of its fields does
    std::array<Range, metric_count> by_metric_{};
};

/// Layouts made so far. A layout lives as long as its cache; there are at most 32 × 21 of a variant.
class Layouts {
public:
    [[nodiscard]] const Layout& get(const Service& service, const Variant& variant, Counts counts);

private:
    struct Key {
        const Variant* variant = nullptr;
        Counts counts{};
        auto operator<=>(const Key&) const = default;
        [[nodiscard]] std::size_t hash() const;
    };
    struct Recent {
        Key key{};
        const Layout* layout = nullptr;
    };
    std::map<Key, Layout> layouts_;
    std::array<Recent, 64> recent_{};  ///< the last one met of each hash
};

/// A raw value as a number: what is wider than an int32 is never negative.
[[nodiscard]] inline double number_of(const Field& field, std::int32_t raw) {
    return field.wire == Wire::u32 ? static_cast<double>(static_cast<std::uint32_t>(raw))
                                   : static_cast<double>(raw);
}

/// The raw value that says "not measured"; absent from fields without a sentinel.
[[nodiscard]] std::optional<std::int32_t> sentinel_of(const Field& field);

}  // namespace packwire::model
