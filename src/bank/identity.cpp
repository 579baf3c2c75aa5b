// SPDX-License-Identifier: MIT
#include "bank/identity.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "dialect/polling.hpp"

namespace packwire::bank {

namespace {

bool is_word(char c) {
    return (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || c == '_';
}

std::string place_of(const model::PackIdentity& pack) {
    return place_id(pack.bus, pack.address);
}

}  // namespace

std::string place_id(std::string_view bus, std::uint8_t address) {
    const auto slash = bus.find_last_of('/');
    return reduced(
        fmt::format("{}_{}", slash == std::string_view::npos ? bus : bus.substr(slash + 1), address));
}

void IdentityAnswers::settle(const model::Service& service) {
    serial_number = serial_number || dialect::tells_serial_number(service);
    barcode = barcode || dialect::tells_barcode(service);
}

IdentityAnswers settled_by(const model::Dialect& dialect) {
    const auto sources = dialect::identity_sources(dialect);
    IdentityAnswers answers;
    answers.serial_number = sources.serial_number == nullptr;
    answers.barcode = sources.barcode == nullptr;
    return answers;
}

std::string reduced(std::string_view text) {
    std::string word(text);
    std::ranges::replace_if(word, [](char c) { return !is_word(c); }, '_');
    return word;
}

std::optional<std::string> pack_id(const model::Snapshot& pack, IdentityAnswers answers) {
    using model::metric;
    const auto unsettled = [&] {
        return answers.withheld ? std::optional(place_of(pack.identity)) : std::nullopt;
    };
    if (!answers.serial_number) return unsettled();
    for (const auto source : {metric("pack_serial_number"), metric("bms_serial_number")}) {
        if (const auto text = pack.text(source); !text.empty()) return reduced(text);
    }
    if (!answers.barcode) return unsettled();
    if (const auto text = pack.text(metric("bms_barcode")); !text.empty()) return reduced(text);
    return place_of(pack.identity);
}

}  // namespace packwire::bank
