// SPDX-License-Identifier: MIT
#include "model/record.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "model/remark.hpp"

namespace packwire::model {

std::string_view Record::variant() const {
    return other_scale_ && !service().other_scale_name.empty() ? service().other_scale_name
                                                               : layout_->variant().name;
}

Scale Record::scale(std::size_t i) const {
    const auto& field = *slot(i).field;
    return other_scale_ && field.other_scale ? *field.other_scale : field.scale;
}

bool Record::valid(std::size_t i) const {
    const auto& field = *slot(i).field;
    if (field.wire == Wire::date) return raw_[i] != 0xFFFFFF;
    return layout_->has_value(i, raw_[i]);
}

std::optional<double> Record::value(std::size_t i) const {
    if (!valid(i)) return std::nullopt;
    return scale(i).value_of(number_of(*slot(i).field, taken(i)));
}

std::uint32_t Record::bits(std::size_t i) const {
    const auto low = static_cast<std::uint32_t>(raw_[i]);
    const auto high = slot(i).high;
    return high < slots_ ? low | static_cast<std::uint32_t>(raw_[high]) << 16U : low;
}

std::string Record::text(std::size_t i) const {
    const auto& field = *slot(i).field;
    const auto bytes = info_.subspan(slot(i).offset, field.to_end ? std::dynamic_extent : width(field));
    if (field.wire == Wire::bytes) return fmt::format("{:02X}", fmt::join(bytes, ""));
    if (field.wire == Wire::version) return fmt::format("{}", fmt::join(bytes, "."));
    if (field.wire == Wire::date) {
        if (!valid(i)) return "";
        return fmt::format("{:04}-{:02}-{:02}", 2000 + bytes[0], bytes[1], bytes[2]);
    }
    auto end = bytes.size();
    while (end > 0 && (bytes[end - 1] == 0x00 || bytes[end - 1] == 0x20 || bytes[end - 1] == 0xFF)) --end;
    return {bytes.begin(), bytes.begin() + static_cast<std::ptrdiff_t>(end)};
}

std::span<const std::int32_t> Record::raw(Metric metric) const {
    const auto [first, count] = layout_->find(metric);
    if (first >= slots_) return {};
    return raw().subspan(first, std::min<std::size_t>(count, slots_ - first));
}

std::optional<double> Record::value(Metric metric, std::size_t i) const {
    const auto [first, count] = layout_->find(metric);
    if (i >= count || first + i >= slots_) return std::nullopt;
    return value(first + i);
}

bool Record::operator==(const Record& other) const {
    return layout_ == other.layout_ && std::ranges::equal(raw(), other.raw());
}

bool Decoder::fill(const Service& service, const Variant& variant, const Counts& counts,
                   std::span<const std::uint8_t> info, Record& out) {
    const auto& layout = layouts_.get(service, variant, counts);
    out.layout_ = &layout;
    out.info_ = info;
    out.slots_ = static_cast<std::uint16_t>(layout.slots_within(info.size()));
    out.other_scale_ = false;
    layout.load(info, out.slots_, out.raw_.data());
    return layout.wrong_constant(out.raw_.data(), out.slots_) == no_slot;
}

namespace {

/// Reads the counts and says how the table fits INFO.
Fit fits(const Variant& variant, std::span<const std::uint8_t> info, Counts& counts) {
    const auto& shape = variant.shape;
    for (std::size_t i = 0; i < shape.counts; ++i) {
        const auto place = shape.count_at[i].at(counts);
        if (place >= info.size()) return Fit::none;
        counts[i] = info[place];
        if (counts[i] < shape.count_min[i] || counts[i] > shape.count_max[i]) return Fit::none;
    }
    if (shape.required.at(counts) > info.size()) return Fit::none;
    if (variant.when != nullptr && !variant.when(info)) return Fit::none;
    return shape.full.at(counts) == info.size() || shape.to_end ? Fit::exact : Fit::part;
}

}  // namespace

bool Decoder::read(const Service& service, std::span<const std::uint8_t> info, Record& out) {
    const auto is_exact = [&](const Variant& variant) {
        Counts counts{};
        return fits(variant, info, counts) == Fit::exact && fill(service, variant, counts, info, out);
    };
    const bool found = std::ranges::any_of(service.variants, is_exact) || read_in_part(service, info, out);
    if (found && service.other_scale != nullptr) out.other_scale_ = service.other_scale(out);
    return found;
}

bool Decoder::read_in_part(const Service& service, std::span<const std::uint8_t> info, Record& out) {
    bool found = false;
    bool tie = false;
    std::int64_t best = 0;
    for (const auto& variant : service.variants) {
        Record candidate;
        Counts counts{};
        if (fits(variant, info, counts) != Fit::part || !fill(service, variant, counts, info, candidate))
            continue;
        const auto deviation = service.deviation != nullptr ? service.deviation(candidate) : 0;
        tie = found && deviation == best;
        if (found && deviation >= best) continue;
        best = deviation;
        out = candidate;
        found = true;
    }
    return found && !tie;
}

bool Decoder::read_unproven(const Service& service, std::span<const std::uint8_t> info, Record& out) {
    std::size_t fitting = 0;
    std::size_t proven = 0;
    Record fits_only;
    for (const auto& variant : service.variants) {
        Record candidate;
        Counts counts{};
        if (fits(variant, info, counts) == Fit::none || !fill(service, variant, counts, info, candidate)) continue;
        ++fitting;
        fits_only = candidate;
        if (service.contradiction == nullptr || service.contradiction(candidate)) continue;
        ++proven;
        out = candidate;
    }
    if (proven == 0) out = fits_only;
    if (service.other_scale != nullptr && fitting > 0) out.other_scale_ = service.other_scale(out);
    return proven == 1 || (proven == 0 && fitting == 1);
}

Result<Record> Decoder::decode(const Service& service, std::span<const std::uint8_t> info) {
    Record record;
    const bool fits = read(service, info, record);
    auto error = fits ? check(record) : why_no_layout(service, info);
    if (error && fits) {  // its size may fit a table by chance, and another with its tail cut off in truth
        Record other;
        if (read_in_part(service, info, other) && !check(other)) return other;
    }
    if (!error) return record;
    if (service.stranger != nullptr && error->code != Errc::look_alike) {
        if (auto stranger = service.stranger(info)) return std::unexpected(std::move(*stranger));
    }
    return std::unexpected(std::move(*error));
}

Error Decoder::why_no_layout(const Service& service, std::span<const std::uint8_t> info) {
    for (const auto& variant : service.variants) {
        Counts counts{};
        if (fits(variant, info, counts) == Fit::none) continue;
        Record record;
        if (fill(service, variant, counts, info, record)) {
            return {Errc::bad_layout, fmt::format("service {}: {} bytes of INFO fit two tables equally well",
                                                  service.code, info.size())};
        }
        const auto slot = record.layout().wrong_constant(record.raw().data(), record.size());
        const auto& field = *record.slot(slot).field;
        return {Errc::bad_layout, fmt::format("service {}: {}: expected {:02X}, got {:02X}", service.code,
                                              field.name, field.constant, record.raw()[slot])};
    }
    std::string sizes;
    for (const auto& variant : service.variants) {
        if (variant.shape.counts > 0) {
            return {Errc::bad_layout, fmt::format("service {}: the counts in {} bytes of INFO fit no table",
                                                  service.code, info.size())};
        }
        sizes += fmt::format("{}{}", sizes.empty() ? "" : " or ", variant.shape.required.base);
    }
    return {Errc::bad_layout, fmt::format("service {}: expected at least {} bytes of INFO, got {}",
                                          service.code, sizes, info.size())};
}

std::optional<Error> check(const Record& record) {
    const auto slot = record.layout().unproven(record.raw().data(), record.size());
    if (slot != no_slot) return Error{Errc::out_of_range, range_text(record, slot)};
    return record.service().contradiction != nullptr ? record.service().contradiction(record) : std::nullopt;
}

std::vector<std::uint8_t> encode(const Record& record) {
    std::vector<std::uint8_t> info(record.info().begin(), record.info().end());
    record.layout().store(record.raw().data(), record.size(), record.info(), info.data());
    return info;
}

std::vector<std::uint8_t> encode_request(const Service& service, std::uint8_t address,
                                         std::span<const RequestValue> said) {
    std::vector<std::uint8_t> info;
    for (const auto& field : service.request) {
        auto value = field.constant;
        if (value == no_constant) {
            const auto own = std::ranges::find(said, field.name, &RequestValue::field);
            value = own == said.end() ? field.usual : own->value;
        }
        info.push_back(value == own_address ? address : static_cast<std::uint8_t>(value));
    }
    return info;
}

Draft::Draft(Layouts& layouts, const Service& service, const Variant& variant, Counts counts) {
    const auto& layout = layouts.get(service, variant, counts);
    text_.assign(layout.size(), ' ');
    record_.layout_ = &layout;
    record_.info_ = text_;
    record_.slots_ = static_cast<std::uint16_t>(layout.slots().size());
    for (std::size_t i = 0; i < record_.slots_; ++i) {
        const auto& field = *layout.slots()[i].field;
        record_.raw_[i] = field.constant >= 0 ? static_cast<std::int32_t>(field.constant) : 0;
        if (field.wire == Wire::bytes) std::fill_n(text_.begin() + layout.slots()[i].offset, width(field), 0);
        const auto counted = count_index(variant.fields, field.name);
        if (field.repeat.empty() && counted < max_counts) record_.raw_[i] = counts[counted];
    }
}

bool Draft::set_raw(std::string_view field, std::int32_t raw, std::size_t i) {
    const auto [first, count] = record_.layout().find(field);
    if (i >= count) return false;
    record_.raw_[first + i] = raw;
    // Versions and dates read their text from INFO.
    record_.layout().store(record_.raw_.data(), record_.slots_, text_, text_.data());
    return true;
}

namespace {

/// The least and greatest raw value that the wire carries.
std::pair<double, double> raw_range(Wire wire) {
    switch (wire) {
        case Wire::u8:
            return {0, 0xFF};
        case Wire::s16:
            return {-0x8000, 0x7FFF};
        case Wire::u32:
            return {0, 0x7FFFFFFF};
        default:
            return {0, 0xFFFF};
    }
}

}  // namespace

bool Draft::set(std::string_view field, double value, std::size_t i) {
    const auto [first, count] = record_.layout().find(field);
    if (i >= count) return false;
    const auto& row = *record_.slot(first).field;
    const auto [least, most] = raw_range(row.wire);
    const auto raw = std::clamp(std::round(row.scale.raw_of(value)), least, most);
    return set_raw(field, static_cast<std::int32_t>(raw), i);
}

bool Draft::set_text(std::string_view field, std::string_view text, char padding) {
    const auto [first, count] = record_.layout().find(field);
    if (count == 0) return false;
    const auto& slot = record_.slot(first);
    const auto size = width(*slot.field);
    for (std::size_t i = 0; i < size; ++i) {
        text_[slot.offset + i] = static_cast<std::uint8_t>(i < text.size() ? text[i] : padding);
    }
    return true;
}

bool Draft::set_mask(std::string_view field, std::uint32_t cells) {
    const auto [first, count] = record_.layout().find(field);
    if (count == 0) return false;
    record_.raw_[first] = static_cast<std::int32_t>(cells & 0xFFFFU);
    const auto high = record_.slot(first).high;
    if (high < record_.slots_) record_.raw_[high] = static_cast<std::int32_t>(cells >> 16U);
    return true;
}

}  // namespace packwire::model
