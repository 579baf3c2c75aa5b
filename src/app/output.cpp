// SPDX-License-Identifier: MIT
#include "app/output.hpp"

#include <fmt/format.h>
#include <unistd.h>

#include <algorithm>
#include <cstdlib>
#include <iterator>

namespace packwire::app {

namespace {

std::string_view escape_of(Style style) {
    switch (style) {
        case Style::plain:
            return "";
        case Style::bold:
            return "\x1b[1m";
        case Style::dim:
            return "\x1b[2m";
        case Style::red:
            return "\x1b[31m";
        case Style::green:
            return "\x1b[32m";
        case Style::yellow:
            return "\x1b[33m";
    }
    return "";
}

bool is_continuation(char c) {
    return (static_cast<std::uint8_t>(c) & 0xC0U) == 0x80U;
}

}  // namespace

std::string paint(std::string_view text, Style style, bool colour) {
    if (!colour || style == Style::plain) return std::string(text);
    return fmt::format("{}{}\x1b[0m", escape_of(style), text);
}

bool wants_colour(int fd) {
    const auto* no_colour = std::getenv("NO_COLOR");  // NOLINT(concurrency-mt-unsafe): nothing else runs yet
    const auto* term = std::getenv("TERM");           // NOLINT(concurrency-mt-unsafe)
    const bool objects = no_colour != nullptr && *no_colour != '\0';
    const bool dumb = term == nullptr || std::string_view(term) == "dumb";
    return !objects && !dumb && ::isatty(fd) == 1;
}

std::size_t display_width(std::string_view text) {
    return static_cast<std::size_t>(std::ranges::count_if(text, [](char c) { return !is_continuation(c); }));
}

void Table::header(std::vector<std::string> cells) {
    row(std::move(cells), Style::bold);
}

void Table::row(std::vector<std::string> cells, Style style) {
    rows_.push_back({std::move(cells), style});
}

std::vector<std::size_t> Table::widths() const {
    std::vector<std::size_t> widths;
    for (const auto& row : rows_) {
        widths.resize(std::max(widths.size(), row.cells.size()));
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            widths[i] = std::max(widths[i], display_width(row.cells[i]));
        }
    }
    return widths;
}

Table::Align Table::align(std::size_t column) const {
    return column < align_.size() ? align_[column] : Align::left;
}

std::string Table::text(bool colour, std::size_t indent) const {
    const auto wide = widths();
    std::string text;
    for (const auto& row : rows_) {
        std::string line(indent, ' ');
        for (std::size_t i = 0; i < row.cells.size(); ++i) {
            const std::string space(wide[i] - display_width(row.cells[i]), ' ');
            const bool right = align(i) == Align::right;
            if (i > 0) line += "  ";
            line += right ? space : "";
            line += row.cells[i];
            line += right ? "" : space;
        }
        line.erase(line.find_last_not_of(' ') + 1);
        text += paint(line, row.style, colour);
        text += '\n';
    }
    return text;
}

std::string csv_field(std::string_view text) {
    if (text.find_first_of(",\"\r\n") == std::string_view::npos) return std::string(text);
    std::string quoted = "\"";
    for (const char c : text) {
        if (c == '"') quoted += '"';
        quoted += c;
    }
    quoted += '"';
    return quoted;
}

std::string csv_line(const std::vector<std::string>& fields) {
    std::string line;
    for (const auto& field : fields) {
        if (!line.empty() || &field != fields.data()) line += ',';
        line += csv_field(field);
    }
    line += '\n';
    return line;
}

}  // namespace packwire::app
