// SPDX-License-Identifier: MIT
/// How commands print: aligned tables, colour, quoting.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace packwire::app {

enum class Style : std::uint8_t { plain, bold, dim, red, green, yellow };

/// `text` in that style, if `colour`.
[[nodiscard]] std::string paint(std::string_view text, Style style, bool colour);

/// May output to `fd` be coloured? Only on a terminal that can, and not with NO_COLOR set.
[[nodiscard]] bool wants_colour(int fd);

/// Columns that `text` takes on a terminal: code points, which is right for what packs and units need (°, Ω).
[[nodiscard]] std::size_t display_width(std::string_view text);

/// Rows of cells, aligned when printed. The first row may be a header.
class Table {
public:
    enum class Align : std::uint8_t { left, right };
    explicit Table(std::vector<Align> columns = {}) : align_(std::move(columns)) {}

    void header(std::vector<std::string> cells);
    void row(std::vector<std::string> cells, Style style = Style::plain);
    [[nodiscard]] bool empty() const { return rows_.empty(); }
    /// Two spaces between columns, `indent` spaces before the first, none at the end of a line.
    [[nodiscard]] std::string text(bool colour, std::size_t indent = 0) const;

private:
    struct Row {
        std::vector<std::string> cells;
        Style style;
    };
    [[nodiscard]] std::vector<std::size_t> widths() const;
    [[nodiscard]] Align align(std::size_t column) const;
    std::vector<Align> align_;
    std::vector<Row> rows_;
};

/// One field of CSV, quoted when it needs to be (RFC 4180).
[[nodiscard]] std::string csv_field(std::string_view text);
/// Fields with commas between, and a line end.
[[nodiscard]] std::string csv_line(const std::vector<std::string>& fields);

}  // namespace packwire::app
