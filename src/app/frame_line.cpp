// SPDX-License-Identifier: MIT
#include "app/frame_line.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <nlohmann/json.hpp>

#include "wire/frame.hpp"

namespace packwire::app {

namespace {

constexpr std::string_view blanks = " \t\v\f\r\n";
constexpr std::string_view symbol_for_cr = "\u240D";

std::string_view trimmed(std::string_view text) {
    const auto first = text.find_first_not_of(blanks);
    if (first == std::string_view::npos) return {};
    return text.substr(first, text.find_last_not_of(blanks) - first + 1);
}

bool is_digit(char c) {
    return c >= '0' && c <= '9';
}

/// "2026-11-22T10:00:00.123Z", "10:00:00,5", "[12:00:01.250]", "1790000000.25", "2026-11-22", "(0.013)".
bool is_timestamp(std::string_view word) {
    constexpr std::string_view others = ".,:;-/+TZtz[]()sm";
    return std::ranges::any_of(word, is_digit) && std::ranges::all_of(word, [&](char c) {
               return is_digit(c) || others.find(c) != std::string_view::npos;
           });
}

/// Goes over timestamps and direction marks; what is left begins with the frame, or with what is wrong.
std::string_view skip_prefix(std::string_view text, std::string_view sois, FrameLine::Direction& direction) {
    while (true) {
        text = text.substr(std::min(text.find_first_not_of(blanks), text.size()));
        const auto end = text.find_first_of(blanks);
        const auto word = text.substr(0, end);
        if (end != std::string_view::npos && (word == ">" || word == "<")) {
            direction = word == ">" ? FrameLine::Direction::request : FrameLine::Direction::response;
        } else if (end == std::string_view::npos || !is_timestamp(word)) {
            break;
        }
        text.remove_prefix(end);
    }
    // "[12:00:01.250]~22…": a timestamp that touches the frame.
    const auto start = text.find_first_of(sois);
    if (start != std::string_view::npos && start > 0 && is_timestamp(text.substr(0, start))) {
        text.remove_prefix(start);
    }
    return text;
}

/// Without blanks and signs for CR, and with EOI.
void take_frame(std::string_view text, std::string& into) {
    into.clear();
    while (!text.empty()) {
        if (text.starts_with(symbol_for_cr)) {
            text.remove_prefix(symbol_for_cr.size());
            into += wire::eoi;
            continue;
        }
        if (blanks.find(text.front()) == std::string_view::npos) into += text.front();
        text.remove_prefix(1);
    }
    if (into.ends_with("\\r")) into.resize(into.size() - 2);
    while (into.ends_with(wire::eoi)) into.pop_back();
    into += wire::eoi;
}

void set_bad(FrameLine& out, std::string where) {
    out.kind = FrameLine::Kind::bad;
    out.error = {Errc::bad_start, std::move(where)};
}

void read_text(std::string_view line, std::string_view sois, FrameLine& out) {
    const auto text = skip_prefix(line.substr(0, line.find('#')), sois, out.direction);
    if (trimmed(text).empty()) return;
    if (sois.find(text.front()) != std::string_view::npos) {
        out.kind = FrameLine::Kind::frame;
        take_frame(text, out.text);
        return;
    }
    out.kind = FrameLine::Kind::bad;
    out.error = wire::explain(text.substr(0, 1), {.soi = sois.front()});
    const auto got = out.error.where.find(", got");
    for (const char other : sois.substr(1)) out.error.where.insert(got, fmt::format(" or '{}'", other));
}

std::string member(const nlohmann::json& object, const char* name) {
    const auto found = object.find(name);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

void read_object(std::string_view line, std::string_view sois, FrameLine& out) {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (!object.is_object()) {
        set_bad(out, "expected a frame, got '{' and no JSON object");
        return;
    }
    read_text(member(object, "frame"), sois, out);
    if (out.kind == FrameLine::Kind::blank) {
        set_bad(out, R"(expected a JSON object with a frame in "frame", got one without)");
        return;
    }
    const auto direction = member(object, "direction");
    if (direction == "request") out.direction = FrameLine::Direction::request;
    if (direction == "response") out.direction = FrameLine::Direction::response;
    out.service = member(object, "service");
}

}  // namespace

void read_frame_line(std::string_view line, std::string_view sois, FrameLine& out) {
    out.kind = FrameLine::Kind::blank;
    out.direction = FrameLine::Direction::unknown;
    out.service.clear();
    const auto text = trimmed(line);
    if (text.starts_with('{')) {
        read_object(text, sois, out);
    } else {
        read_text(text, sois, out);
    }
}

}  // namespace packwire::app
