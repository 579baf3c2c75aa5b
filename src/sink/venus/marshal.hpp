// SPDX-License-Identifier: MIT
/// Items onto D-Bus messages, without the detour over sdbus::Variant (it costs four times as much).
#pragma once

#include <sdbus-c++/sdbus-c++.h>

#include <optional>
#include <string>
#include <string_view>

#include "sink/venus/battery_service.hpp"

namespace packwire::sink::venus {

/// `v`; invalid is an empty `ai`.
void put_variant(sdbus::Message& message, const Value& value);
/// `a{sv}` with Value and Text.
void put_value_and_text(sdbus::Message& message, const Item& item);
/// `a{sa{sv}}`: path → Value and Text; all items, or those that were not told yet.
void put_items(sdbus::Message& message, const Items& items, bool only_changed);

enum class What : std::uint8_t { value, text };
/// `v` holding `a{sv}`: everything below `node`, with keys relative to it.
void put_tree(sdbus::Message& message, const Items& items, std::string_view node, What what);

/// What a client sent; absent when no item can be of such a type. An empty list of integers is "invalid".
[[nodiscard]] std::optional<Value> value_in(const sdbus::Variant& variant);

}  // namespace packwire::sink::venus
