// SPDX-License-Identifier: MIT
/// What peers on D-Bus and MQTT send.
#include <sdbus-c++/sdbus-c++.h>

#include <cstring>
#include <string>

#include "fuzz/targets.hpp"
#include "sink/mqtt/announcer.hpp"
#include "sink/mqtt/options.hpp"
#include "sink/venus/marshal.hpp"

namespace packwire::fuzz {

namespace {

/// The first byte says the type, the rest is the value.
sdbus::Variant variant_of(std::span<const std::uint8_t> input) {
    const auto bytes = input.subspan(1);
    std::uint64_t number = 0;
    std::memcpy(&number, bytes.data(), std::min(bytes.size(), sizeof number));
    switch (input[0] % 10) {
        case 0:
            return sdbus::Variant(static_cast<std::int32_t>(number));
        case 1:
            return sdbus::Variant(static_cast<std::uint32_t>(number));
        case 2:
            return sdbus::Variant(static_cast<std::int64_t>(number));
        case 3:
            return sdbus::Variant(number);
        case 4: {
            double value = 0;
            std::memcpy(&value, &number, sizeof value);
            return sdbus::Variant(value);
        }
        case 5:
            return sdbus::Variant(number % 2 == 1);
        case 6:
            return sdbus::Variant(
                std::vector<std::int32_t>(number % 3, static_cast<std::int32_t>(number >> 8U)));
        case 7:
            return sdbus::Variant(static_cast<std::uint8_t>(number));
        case 8:
            return sdbus::Variant(std::map<std::string, sdbus::Variant>{});
        default: {
            std::string text;  // D-Bus carries neither NUL nor what is no UTF-8
            for (const auto byte : bytes) text += static_cast<char>(byte % 95 + 32);
            return sdbus::Variant(text);
        }
    }
}

}  // namespace

void dbus(std::span<const std::uint8_t> input) {
    if (input.empty()) return;
    const auto value = sink::venus::value_in(variant_of(input));
    if (!value) return;
    const auto again = sink::venus::value_in(std::visit(
        [](const auto& held) {
            if constexpr (std::is_same_v<std::remove_cvref_t<decltype(held)>, std::monostate>)
                return sdbus::Variant(std::vector<std::int32_t>{});
            else
                return sdbus::Variant(held);
        },
        *value));
    require(again.has_value() && again->index() == value->index(), "a value of ours is one of theirs");
}

void mqtt(std::span<const std::uint8_t> input) {
    const std::string text(input.begin(), input.end());
    if (const auto broker = sink::mqtt::parse_broker(text)) {
        require(!broker->host.empty() && broker->port != 0, "a broker has a host and a port");
    }
    const sink::mqtt::Options options;
    sink::mqtt::Outbox outbox;
    sink::mqtt::Announcer announcer(options, outbox);
    announcer.remember(text);
    for (const auto& id : announcer.others({})) {
        require(id.find_first_of("/+#") == std::string::npos, "nothing is cleared but topics of ours");
        announcer.remove_device(id);
    }
    announcer.go_on();
}

}  // namespace packwire::fuzz
