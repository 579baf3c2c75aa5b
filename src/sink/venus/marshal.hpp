// SPDX-License-Identifier: MIT
/// Items onto D-Bus messages, without the detour over sdbus::Variant (it costs four times as much).
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <span>
#include <string>
#include <string_view>

#include "sink/venus/battery_service.hpp"

namespace packwire::sink::venus {

/// `v`; invalid is an empty `ai`.
void put_variant(sdbus::Message& message, const Value& value);
/// `a{sv}` with Value and Text.
void put_value_and_text(sdbus::Message& message, const Item& item);
/// `a{sa{sv}}`: path → Value and Text; all items, or those that were not told yet.
void put_items(sdbus::Message& message, std::span<const Item> items, bool only_changed);

enum class What : std::uint8_t { value, text };
/// `v` holding `a{sv}`: everything below `node`, with keys relative to it.
void put_tree(sdbus::Message& message, std::span<const Item> items, std::string_view node, What what);

}  // namespace packwire::sink::venus
