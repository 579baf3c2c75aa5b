// SPDX-License-Identifier: MIT
/// Reading captures. Apart, because nlohmann's header is slow to compile.
#include <fmt/format.h>

#include <algorithm>
#include <fstream>
#include <iterator>
#include <nlohmann/json.hpp>

#include "sim/replay.hpp"

namespace packwire::sim {

namespace {

std::string text_of(const nlohmann::json& object, const char* key) {
    const auto found = object.find(key);
    return found != object.end() && found->is_string() ? found->get<std::string>() : std::string();
}

std::optional<Captured> from_json(std::string_view line) {
    const auto object = nlohmann::json::parse(line, nullptr, false);
    if (!object.is_object()) return std::nullopt;
    Captured captured{text_of(object, "frame"), text_of(object, "service"), text_of(object, "firmware")};
    if (captured.frame.empty()) return std::nullopt;
    return captured;
}

/// From SOI to the last character that can be of a frame.
std::optional<Captured> from_plain(std::string_view line) {
    line = line.substr(0, line.find('#'));
    const auto begin = line.find('~');
    if (begin == std::string_view::npos) return std::nullopt;
    line.remove_prefix(begin);
    const auto end = line.find_first_not_of("0123456789ABCDEFabcdef", 1);
    return Captured{std::string(line.substr(0, end)), "", ""};
}

}  // namespace

std::vector<Captured> read_captures(std::string_view text) {
    std::vector<Captured> captures;
    while (!text.empty()) {
        const auto end = std::min(text.find('\n'), text.size());
        const auto line = text.substr(0, end);
        text.remove_prefix(std::min(end + 1, text.size()));
        const auto first = line.find_first_not_of(" \t");
        if (first == std::string_view::npos) continue;
        const auto captured = line[first] == '{' ? from_json(line) : from_plain(line);
        if (captured) captures.push_back(*captured);
    }
    return captures;
}

Result<std::vector<Recording>> load_recordings(const dialect::Dialect& dialect,
                                               const std::filesystem::path& file) {
    std::ifstream in(file, std::ios::binary);
    if (!in) return fail(Errc::io, fmt::format("{}: cannot be read", file.string()));
    const std::string text{std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
    auto recordings = make_recordings(dialect, read_captures(text));
    if (recordings.empty()) {
        return fail(Errc::bad_config, fmt::format("{}: holds no good answer of a pack", file.string()));
    }
    return recordings;
}

}  // namespace packwire::sim
