// SPDX-License-Identifier: MIT
#include "model/layout.hpp"

#include <algorithm>
#include <bit>
#include <cmath>
#include <cstring>
#include <functional>
#include <limits>

namespace packwire::model {

namespace {

std::int32_t big_endian(const std::uint8_t* bytes, std::size_t size) {
    std::uint32_t value = 0;
    for (std::size_t i = 0; i < size; ++i) value = value << 8U | bytes[i];
    return static_cast<std::int32_t>(value);
}

void put_big_endian(std::int32_t raw, std::uint8_t* bytes, std::size_t size) {
    const auto value = static_cast<std::uint32_t>(raw);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(value >> (8U * (size - 1 - i)));
    }
}

std::int32_t raw_limit(double value, Scale scale) {
    return static_cast<std::int32_t>(std::lround(scale.raw_of(value)));
}

bool has_range(const Field& field) {
    return field.min < field.max;
}

bool is_possible(const Field& field, std::int32_t raw) {
    return field.possible.min < field.possible.max && raw >= raw_limit(field.possible.min, field.scale) &&
           raw <= raw_limit(field.possible.max, field.scale);
}

/// How load() reads: a mask is a word like any other.
Wire read_as(Wire wire) {
    return wire == Wire::mask_low || wire == Wire::mask_high ? Wire::u16 : wire;
}

bool runs_on(Wire wire) {
    return wire == Wire::u8 || wire == Wire::u16 || wire == Wire::s16 || wire == Wire::u32;
}

std::uint16_t from_big_endian(std::uint16_t word) {
    if constexpr (std::endian::native == std::endian::big) return word;
    return static_cast<std::uint16_t>(word << 8U | word >> 8U);
}

/// `count` words from the front of `in`. Whole lanes as long as `in` has them, also beyond the last word: a
/// fixed number at a time becomes vector code.
template <class Word>
void load_words(std::span<const std::uint8_t> in, std::size_t count, std::int32_t* out) {
    std::array<std::uint16_t, lane> words;
    std::size_t i = 0;
    for (; i < count && 2 * i + sizeof words <= in.size(); i += lane) {
        std::memcpy(words.data(), in.data() + 2 * i, sizeof words);
        for (std::size_t j = 0; j < lane; ++j) out[i + j] = static_cast<Word>(from_big_endian(words[j]));
    }
    for (; i < count; ++i) out[i] = static_cast<Word>(in[2 * i] << 8U | in[2 * i + 1]);
}

}  // namespace

std::optional<std::int32_t> sentinel_of(const Field& field) {
    if (!field.sentinel) return std::nullopt;
    switch (width(field)) {
        case 1:
            return 0x7F;
        case 2:
            return 0x7FFF;
        case 4:
            return 0x7FFFFFFF;
        default:
            return std::nullopt;
    }
}

Layout::Layout(const Service& service, const Variant& variant, Counts counts)
    : service_(&service), variant_(&variant) {
    for (const auto& field : variant.fields) {
        const auto first = static_cast<std::uint16_t>(slots_.size());
        const auto counted_by = count_index(variant.fields, field.repeat);
        const std::uint16_t once = field.fixed > 0 ? field.fixed : std::uint16_t{1};
        const std::uint16_t times = field.repeat.empty() ? once : counts[counted_by];
        for (std::uint16_t i = 0; i < times && slots_.size() < max_slots; ++i) add(field, i);
        if (field.metric.exists()) by_metric_[field.metric.index] = {first, times};
    }
    pair_masks();
}

void Layout::add(const Field& field, std::uint16_t index) {
    const auto slot = static_cast<std::uint16_t>(slots_.size());
    const auto offset = static_cast<std::uint16_t>(size_);
    slots_.push_back({&field, index, offset, no_slot});
    size_ += width(field);
    const auto wire = read_as(field.wire);
    if (!runs_.empty() && runs_.back().wire == wire && runs_on(wire)) {
        ++runs_.back().count;
    } else {
        runs_.push_back({wire, offset, slot, 1});
    }
    if (field.constant >= 0) constants_.push_back({slot, static_cast<std::int32_t>(field.constant)});
    const bool bounded = has_range(field);
    proves_ = proves_ || field.proves;
    low_.push_back(bounded ? raw_limit(field.min, field.scale) : std::numeric_limits<std::int32_t>::min());
    high_.push_back(bounded ? raw_limit(field.max, field.scale) : std::numeric_limits<std::int32_t>::max());
    sentinel_.push_back(sentinel_of(field).value_or(low_.back()));
}

void Layout::pair_masks() {
    for (auto& slot : slots_) {
        if (slot.field->wire != Wire::mask_low) continue;
        for (std::size_t i = 0; i < slots_.size(); ++i) {
            if (slots_[i].field->wire == Wire::mask_high && slots_[i].field->name == slot.field->name) {
                slot.high = static_cast<std::uint16_t>(i);
            }
        }
    }
}

Layout::Range Layout::find(std::string_view field) const {
    for (std::size_t i = 0; i < slots_.size(); ++i) {
        if (slots_[i].field->name != field) continue;
        std::size_t end = i;
        while (end < slots_.size() && slots_[end].field == slots_[i].field) ++end;
        return {static_cast<std::uint16_t>(i), static_cast<std::uint16_t>(end - i)};
    }
    return {};
}

std::size_t Layout::slots_within(std::size_t size) const {
    if (size >= size_) return slots_.size();
    auto slots = slots_.size();
    while (slots > 0 && size_of(slots) > size) --slots;
    return slots;
}

std::size_t Layout::size_of(std::size_t slots) const {
    if (slots == 0) return 0;
    const auto& last = slots_[slots - 1];
    return last.offset + (last.field->to_end ? 0 : width(*last.field));
}

void Layout::load(std::span<const std::uint8_t> info, std::size_t slots, std::int32_t* raw) const {
    // From front to back: a lane writes beyond the last word of its run, and the next run makes that good.
    for (const auto& run : runs_) {
        if (run.first >= slots) return;
        const auto count = std::min<std::size_t>(run.count, slots - run.first);
        const auto in = info.subspan(run.offset);
        auto* out = raw + run.first;
        switch (run.wire) {
            case Wire::u8:
                for (std::size_t i = 0; i < count; ++i) out[i] = in[i];
                break;
            case Wire::s16:
                load_words<std::int16_t>(in, count, out);
                break;
            case Wire::u16:
            case Wire::mask_low:
            case Wire::mask_high:
                load_words<std::uint16_t>(in, count, out);
                break;
            case Wire::u32:
                for (std::size_t i = 0; i < count; ++i) out[i] = big_endian(in.data() + 4 * i, 4);
                break;
            case Wire::version:
            case Wire::date:
                *out = big_endian(in.data(), width(*slots_[run.first].field));
                break;
            case Wire::text:
            case Wire::bytes:
                *out = 0;
                break;
        }
    }
}

void Layout::store(const std::int32_t* raw, std::size_t slots, std::span<const std::uint8_t> text,
                   std::uint8_t* info) const {
    for (std::size_t i = 0; i < slots; ++i) {
        const auto& slot = slots_[i];
        const auto size = width(*slot.field);
        if (slot.field->wire == Wire::text || slot.field->wire == Wire::bytes) {
            const auto end = slot.field->to_end ? std::dynamic_extent : size;
            std::ranges::copy(text.subspan(slot.offset, end), info + slot.offset);
        } else {
            put_big_endian(raw[i], info + slot.offset, size);
        }
    }
}

std::size_t Layout::wrong_constant(const std::int32_t* raw, std::size_t slots) const {
    for (const auto& constant : constants_) {
        if (constant.slot < slots && raw[constant.slot] != constant.value) return constant.slot;
    }
    return no_slot;
}

std::size_t Layout::out_of_range(const std::int32_t* raw, std::size_t slots) const {
    std::int32_t bad = 0;
    const auto* low = low_.data();
    const auto* high = high_.data();
    const auto* sentinel = sentinel_.data();
    for (std::size_t i = 0; i < slots; ++i) {
        const std::int32_t outside =
            static_cast<std::int32_t>(raw[i] < low[i]) | static_cast<std::int32_t>(raw[i] > high[i]);
        bad |= outside & static_cast<std::int32_t>(raw[i] != sentinel[i]);
    }
    if (bad == 0) return no_slot;
    std::size_t first = 0;
    while (is_plausible(first, raw[first])) ++first;
    return first;
}

std::size_t Layout::unproven(const std::int32_t* raw, std::size_t slots) const {
    if (!proves_) return no_slot;
    for (auto i = out_of_range(raw, slots); i < slots; ++i) {
        if (slots_[i].field->proves && !is_plausible(i, raw[i])) return i;
    }
    return no_slot;
}

bool Layout::is_plausible(std::size_t slot, std::int32_t raw) const {
    return (raw >= low_[slot] && raw <= high_[slot]) || raw == sentinel_[slot];
}

Standing Layout::standing(std::size_t slot, std::int32_t raw) const {
    const auto& field = *slots_[slot].field;
    if (field.sentinel && raw == sentinel_[slot]) return Standing::not_measured;
    const bool inside = raw >= low_[slot] && raw <= high_[slot];
    if (inside || !service_->measures) return Standing::plausible;
    return is_possible(field, raw) ? Standing::possible : Standing::out_of_range;
}

std::int32_t Layout::taken(std::size_t slot, std::int32_t raw) const {
    if (slots_[slot].field->proves || standing(slot, raw) != Standing::possible) return raw;
    return std::clamp(raw, low_[slot], high_[slot]);
}

std::size_t Layouts::Key::hash() const {
    const auto mixed = std::hash<const Variant*>{}(variant) ^ (std::size_t{counts[0]} << 8U | counts[1]);
    return mixed * 0x9E3779B9U >> 16U;  // Fibonacci
}

const Layout& Layouts::get(const Service& service, const Variant& variant, Counts counts) {
    const Key key{&variant, counts};
    auto& recent = recent_[key.hash() % recent_.size()];
    if (recent.key != key) {
        const auto [place, made] = layouts_.try_emplace(key, service, variant, counts);
        recent = {key, &place->second};
    }
    return *recent.layout;
}

}  // namespace packwire::model
