// SPDX-License-Identifier: MIT
/// The values of a device, in the order of the catalogue, and what of them is news.
#pragma once

#include <cstddef>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "sink/mqtt/entity.hpp"
#include "sink/mqtt/source.hpp"

namespace packwire::sink::mqtt {

struct Shown {
    model::Metric metric;
    bool repeated = false;
    std::size_t place = 0;         ///< from 0; of a list
    std::optional<double> number;  ///< absent: unknown now
    std::string text;              ///< of texts; empty: unknown now

    [[nodiscard]] bool present() const { return number.has_value() || !text.empty(); }
};

/// A quantity that the device has shown to have.
struct Slot {
    bool repeated = false;
    std::size_t count = 1;
    bool operator==(const Slot&) const = default;
};
/// By index of the catalogue. Only grows: what is announced must have a value, if only "unknown".
using Shape = std::map<std::uint8_t, Slot>;

/// Takes over what the source has now. True when the shape has grown.
[[nodiscard]] bool grow(Shape& shape, const Source& source);
/// Everything of the shape that belongs on that topic.
[[nodiscard]] std::vector<Shown> read(const Shape& shape, const Source& source, Topic topic);
/// Did it move by its deadband, come or go?
[[nodiscard]] bool is_news(const Shown& told, const Shown& now);
/// The same of all; of lists of different length always.
[[nodiscard]] bool are_news(const std::vector<Shown>& told, const std::vector<Shown>& now);

/// Digits as the catalogue has them, text quoted, or null.
void append_json(std::string& out, const Shown& shown);
/// The same for a topic of its own: not quoted, and empty instead of null.
[[nodiscard]] std::string plain(const Shown& shown);
/// Members of an object, each with a comma behind it: "pack_voltage":53.12,"cell_voltage":[3.291,…],
void append_members(std::string& out, const std::vector<Shown>& values);

}  // namespace packwire::sink::mqtt
