// SPDX-License-Identifier: MIT
#include "sink/venus/marshal.hpp"

#include <utility>

namespace packwire::sink::venus {

namespace {

void put(sdbus::Message& message, std::monostate /*invalid*/) {
    message.openVariant("ai");
    message.openContainer("i");
    message.closeContainer();
    message.closeVariant();
}

template <class T>
void put_as(sdbus::Message& message, const char* signature, const T& value) {
    message.openVariant(signature);
    message << value;
    message.closeVariant();
}

void put(sdbus::Message& message, std::int32_t value) {
    put_as(message, "i", value);
}
void put(sdbus::Message& message, double value) {
    put_as(message, "d", value);
}
void put(sdbus::Message& message, const std::string& value) {
    put_as(message, "s", value);
}

template <class Put>
void put_entry(sdbus::Message& message, const char* signature, const char* key, Put put_content) {
    message.openDictEntry(signature);
    message << key;
    put_content();
    message.closeDictEntry();
}

template <class T>
std::optional<Value> integer_in(const sdbus::Variant& variant) {
    const auto value = variant.get<T>();
    if (!std::in_range<std::int32_t>(value)) return std::nullopt;
    return static_cast<std::int32_t>(value);
}

}  // namespace

std::optional<Value> value_in(const sdbus::Variant& variant) {
    const auto type = variant.peekValueType();
    if (type == "s") return variant.get<std::string>();
    if (type == "d") return variant.get<double>();
    if (type == "i") return variant.get<std::int32_t>();
    if (type == "u") return integer_in<std::uint32_t>(variant);
    if (type == "n") return integer_in<std::int16_t>(variant);
    if (type == "q") return integer_in<std::uint16_t>(variant);
    if (type == "x") return integer_in<std::int64_t>(variant);
    if (type == "t") return integer_in<std::uint64_t>(variant);
    if (type == "y") return std::int32_t{variant.get<std::uint8_t>()};
    if (type == "b") return variant.get<bool>() ? 1 : 0;
    if (type == "ai") return Value{};
    return std::nullopt;
}

void put_variant(sdbus::Message& message, const Value& value) {
    std::visit([&](const auto& content) { put(message, content); }, value);
}

void put_value_and_text(sdbus::Message& message, const Item& item) {
    message.openContainer("{sv}");
    put_entry(message, "sv", "Value", [&] { put_variant(message, item.value); });
    put_entry(message, "sv", "Text", [&] { put(message, text_of(item.value, item.spec.format)); });
    message.closeContainer();
}

void put_items(sdbus::Message& message, const Items& items, bool only_changed) {
    message.openContainer("{sa{sv}}");
    for (const auto& item : items) {
        if (only_changed && !item.changed()) continue;
        put_entry(message, "sa{sv}", item.spec.path.c_str(), [&] { put_value_and_text(message, item); });
    }
    message.closeContainer();
}

void put_tree(sdbus::Message& message, const Items& items, std::string_view node, What what) {
    const auto prefix = node == "/" ? std::string("/") : std::string(node) + "/";
    message.openVariant("a{sv}");
    message.openContainer("{sv}");
    for (const auto& item : items) {
        if (!item.spec.path.starts_with(prefix)) continue;
        put_entry(message, "sv", item.spec.path.c_str() + prefix.size(), [&] {
            if (what == What::value) {
                put_variant(message, item.value);
            } else {
                put(message, text_of(item.value, item.spec.format));
            }
        });
    }
    message.closeContainer();
    message.closeVariant();
}

}  // namespace packwire::sink::venus
