// SPDX-License-Identifier: MIT
/// Lines that people and files say: captures, commands of the simulator, rules, what a restart remembers.
#include <string>

#include "app/frame_line.hpp"
#include "app/values.hpp"
#include "bank/memory.hpp"
#include "fuzz/targets.hpp"
#include "rules/condition.hpp"
#include "rules/memory.hpp"
#include "rules/rule.hpp"
#include "sim/faults.hpp"

namespace packwire::fuzz {

void capture(std::span<const std::uint8_t> input) {
    const std::string text(input.begin(), input.end());
    app::FrameLine line;
    for (std::size_t begin = 0; begin <= text.size();) {
        const auto end = std::min(text.find('\n', begin), text.size());
        app::read_frame_line(std::string_view(text).substr(begin, end - begin), "~>", line);
        using Kind = app::FrameLine::Kind;
        if (line.kind == Kind::frame)
            require(line.text.starts_with('~') || line.text.starts_with('>'), "a frame begins with SOI");
        if (line.kind == Kind::bad) require(!line.error.where.empty(), "an error has words");
        begin = end + 1;
    }
    for (const auto& error : sim::parse_script(text).errors)
        require(!error.where.empty(), "an error has words");
}

void rule(std::span<const std::uint8_t> input) {
    const std::string text(input.begin(), input.end());
    const auto said = [](const auto& parsed) {
        require(parsed.has_value() || !parsed.error().where.empty(), "an error has words");
    };
    said(rules::parse_condition(text));
    said(rules::parse_window(text));
    said(rules::parse_request(text));
    said(rules::parse_topic(text));
    said(rules::parse_gpio(text));
    said(app::parse_duration(text));
    said(app::parse_size(text));
}

void memory(std::span<const std::uint8_t> input) {
    const std::string text(input.begin(), input.end());
    if (const auto bank = bank::load(text)) {
        const auto again = bank::load(bank::save(*bank));
        require(again.has_value() && *again == *bank, "what the bank remembers comes back");
    }
    if (const auto rules = rules::load(text)) {
        require(rules::load(rules::save(*rules)).has_value(), "what rules remember comes back");
    }
}

}  // namespace packwire::fuzz
