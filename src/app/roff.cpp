// SPDX-License-Identifier: MIT
#include "app/roff.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>

namespace packwire::app {

std::string roff(std::string_view text) {
    std::string out;
    bool code = false;
    for (const char c : text) {
        // A line that begins with a control character is a request.
        if ((c == '.' || c == '\'') && (out.empty() || out.back() == '\n')) out += "\\&";
        if (c == '`') {
            code = !code;
            out += code ? "\\fB" : "\\fR";
        } else if (c == '-') {
            out += "\\-";
        } else if (c == '\\') {
            out += "\\e";
        } else {
            out += c;
        }
    }
    return out;
}

std::string roff_title(std::string_view name, int section) {
    std::string upper(name);
    std::ranges::transform(upper, upper.begin(), [](unsigned char c) { return std::toupper(c); });
    // No date: the page says what the program says, and a test compares it.
    return fmt::format(
        ".\\\" Made by packaging/documents; a test compares.\n.TH {} {} \"\" packwire packwire\n",
        roff(upper), section);
}

}  // namespace packwire::app
