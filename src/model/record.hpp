// SPDX-License-Identifier: MIT
/// One answer of one service, exactly as it came: raw integers with their fields. encode(decode(x)) == x.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "model/layout.hpp"

namespace packwire::model {

/// Holds views: it lives no longer than the INFO it was decoded from and the Layouts it was decoded with.
class Record {
public:
    Record() noexcept {}  // NOLINT(modernize-use-equals-default): leaves the values unset, on purpose

    [[nodiscard]] const Layout& layout() const { return *layout_; }
    [[nodiscard]] const Service& service() const { return layout_->service(); }
    [[nodiscard]] std::string_view variant() const;
    [[nodiscard]] std::size_t size() const { return slots_; }
    [[nodiscard]] std::span<const std::int32_t> raw() const { return {raw_.data(), slots_}; }
    [[nodiscard]] std::span<const std::uint8_t> info() const { return info_; }
    /// Bytes behind the last field.
    [[nodiscard]] std::span<const std::uint8_t> surplus() const {
        const bool all_taken = slots_ > 0 && slot(slots_ - 1U).field->to_end;
        return info_.subspan(all_taken ? info_.size() : layout_->size_of(slots_));
    }

    [[nodiscard]] const Slot& slot(std::size_t i) const { return layout_->slots()[i]; }
    [[nodiscard]] Scale scale(std::size_t i) const;
    /// False when the value is the sentinel of its field, an unset date, or measured and out of its range.
    [[nodiscard]] bool valid(std::size_t i) const;
    /// Of a measured value; plausible of everything else.
    [[nodiscard]] Standing standing(std::size_t i) const { return layout_->standing(i, raw_[i]); }
    /// The raw value that counts: within the range of its field where that is how it is taken.
    [[nodiscard]] std::int32_t taken(std::size_t i) const { return layout_->taken(i, raw_[i]); }
    /// In the unit of the field, as taken. Absent when not valid. Not for text.
    [[nodiscard]] std::optional<double> value(std::size_t i) const;
    /// As unsigned, with the other half of a mask.
    [[nodiscard]] std::uint32_t bits(std::size_t i) const;
    /// Text, version, date or bytes for people, padding of text stripped; empty when not valid.
    [[nodiscard]] std::string text(std::size_t i) const;

    /// The raw values of a quantity; empty when the record does not have it.
    [[nodiscard]] std::span<const std::int32_t> raw(Metric metric) const;
    [[nodiscard]] std::optional<double> value(Metric metric, std::size_t i = 0) const;

    /// Whether the layout and every raw value are the same.
    bool operator==(const Record& other) const;

private:
    friend class Decoder;
    friend class Draft;
    const Layout* layout_ = nullptr;
    std::span<const std::uint8_t> info_;
    std::uint16_t slots_ = 0;
    bool other_scale_ = false;
    std::array<std::int32_t, max_slots + lane> raw_;
};

/// How a table fits the bytes: not at all, with a short tail or surplus, or to the last byte.
enum class Fit : std::uint8_t { none, part, exact };

/// Reads answers. Owns the layouts it met, so records refer to it.
class Decoder {
public:
    /// The record of INFO by the tables of `service`: the table that consumes it exactly; if none does, one
    /// whose required fields fit, chosen by the smaller deviation. False when none fits or two fit equally
    /// well. Ranges and consistency are check()'s affair.
    [[nodiscard]] bool read(const Service& service, std::span<const std::uint8_t> info, Record& out);
    /// The same of INFO that has not passed check(): the only table that fits; of several the only one whose values do
    /// not contradict each other. Nothing else says which it is.
    [[nodiscard]] bool read_unproven(const Service& service, std::span<const std::uint8_t> info, Record& out);
    /// read() and check() with words. A table that INFO fits by its size alone gives way to one that it
    /// passes check() with. Errors: bad_layout, out_of_range, inconsistent, look_alike.
    [[nodiscard]] Result<Record> decode(const Service& service, std::span<const std::uint8_t> info);
    [[nodiscard]] Layouts& layouts() { return layouts_; }

private:
    [[nodiscard]] bool read_in_part(const Service& service, std::span<const std::uint8_t> info, Record& out);
    [[nodiscard]] bool fill(const Service& service, const Variant& variant, const Counts& counts,
                            std::span<const std::uint8_t> info, Record& out);
    [[nodiscard]] Error why_no_layout(const Service& service, std::span<const std::uint8_t> info);
    Layouts layouts_;
};

/// What the proof of the frame rests on: the ranges of those fields, then consistency. What else is out of
/// its range is unknown and refuses nothing. Errors: out_of_range, inconsistent, look_alike.
[[nodiscard]] std::optional<Error> check(const Record& record);

/// INFO of the record, byte for byte as it came.
[[nodiscard]] std::vector<std::uint8_t> encode(const Record& record);

/// What a question says in one of its own fields, by name.
struct RequestValue {
    std::string_view field;
    std::uint8_t value = 0;
};
/// INFO of a request to the pack at `address`; `said` rules over what a field usually says, not over
/// constants.
[[nodiscard]] std::vector<std::uint8_t> encode_request(const Service& service, std::uint8_t address,
                                                       std::span<const RequestValue> said = {});

/// A record in the making, for those who answer. Everything not set is zero, text is spaces, constants are
/// right; what goes to the end has its usual width.
class Draft {
public:
    Draft(Layouts& layouts, const Service& service, const Variant& variant, Counts counts = {});
    Draft(const Draft&) = delete;
    Draft& operator=(const Draft&) = delete;

    /// False when the table has no such field or place.
    bool set_raw(std::string_view field, std::int32_t raw, std::size_t i = 0);
    /// Rounds to what the wire can carry, and keeps within it.
    bool set(std::string_view field, double value, std::size_t i = 0);
    /// Cut or padded to the width of the field.
    bool set_text(std::string_view field, std::string_view text, char padding = ' ');
    /// Both halves of a mask of cells.
    bool set_mask(std::string_view field, std::uint32_t cells);
    [[nodiscard]] const Record& record() const { return record_; }
    [[nodiscard]] std::vector<std::uint8_t> encode() const { return model::encode(record_); }

private:
    std::vector<std::uint8_t> text_;
    Record record_;
};

}  // namespace packwire::model
