// SPDX-License-Identifier: MIT
#include "app/config_documents.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <iterator>
#include <sstream>

#include "app/config_keys.hpp"
#include "app/roff.hpp"

namespace packwire::app {

namespace {

constexpr std::size_t width = 100;

constexpr std::string_view file_head = R"(# packwire: the configuration of the service, with every option.
#
# A line such as `#stale = "10s"` shows the default: take away the # to change it. What has no default ends with
# `=`. Afterwards:
#
#     packwire check-config /etc/packwire/packwire.toml
#     systemctl restart packwire
#
# The same in longer words: packwire.toml(5), /usr/share/doc/packwire/configuration.md.
)";

/// What a machine that is no GX device needs instead of the default.
struct Set {
    std::string_view section;
    std::string_view key;
    std::string_view value;
    std::string_view why;
};
constexpr auto set_values = std::to_array<Set>({
    {"bus", "port", "\"/dev/serial/packwire\"",
     "This link is made by /lib/udev/rules.d/62-packwire.rules once you say which adapter it is "
     "(README.Debian); "
     "or name one of /dev/serial/by-id/ here."},
    {"venus", "enabled", "false", "Only a GX device has a Venus OS to publish to."},
});

std::string without_code_marks(std::string_view text) {
    std::string out(text);
    std::erase(out, '`');
    return out;
}

void append_wrapped(std::string& out, const std::string& text) {
    std::istringstream in(text);
    std::string line = "#";
    for (std::string word; in >> word;) {
        if (line.size() + 1 + word.size() > width) {
            out += line + "\n";
            line = "#";
        }
        line += ' ' + word;
    }
    out += line + "\n";
}

void append_key(std::string& out, const Key& key) {
    append_wrapped(out,
                   fmt::format("{} ({}{})", without_code_marks(key.meaning), name(key.type), bounds(key)));
    const auto* const set = std::ranges::find_if(
        set_values, [&](const Set& row) { return row.section == key.section && row.key == key.name; });
    if (set != set_values.end()) {
        append_wrapped(out, std::string(set->why));
        out += fmt::format("{} = {}\n", key.name, set->value);
    } else if (key.preset.empty()) {
        out += fmt::format("#{} =\n", key.name);
    } else {
        out += fmt::format("#{} = {}\n", key.name, key.preset);
    }
}

/// A section that repeats is commented out as a whole, unless something in it is set.
bool in_use(const Section& section) {
    return !repeats(section) ||
           std::ranges::find(set_values, section.name, &Set::section) != set_values.end();
}

void append_man_key(std::string& out, const Key& key) {
    const auto preset =
        key.preset.empty() ? std::string("not set") : fmt::format("default \\fB{}\\fR", roff(key.preset));
    fmt::format_to(std::back_inserter(out), ".TP\n\\fB{}\\fR ({}{}; {})\n{}\n", roff(key.name),
                   name(key.type), roff(bounds(key)), preset, roff(key.meaning));
}

constexpr std::string_view man_head = R"(.SH NAME
packwire.toml \- configuration of packwire
.SH DESCRIPTION
One TOML file, given to
.BR "packwire run \-\-config" ;
the service reads
.IR /etc/packwire/packwire.toml .
Everything has a default that works; the smallest useful file names a port:
.PP
.EX
  [[bus]]
  port = "/dev/ttyUSB0"
.EE
.PP
.BR packwire\-check\-config (1)
reads a file and does nothing else. Unknown keys, wrong types and impossible values are refused with file, line and
what was expected;
.BR packwire\-run (1)
refuses the same, with exit code 2, and the service then stays down until the file is changed and it is started
again. Durations are text: \(dq500ms\(dq, \(dq1s\(dq, \(dq2min\(dq, \(dq1h\(dq, \(dq3d\(dq.
)";

}  // namespace

std::string full_example_config() {
    std::string out(file_head);
    for (const auto& section : sections()) {
        if (!section.name.empty()) {
            out += "\n";
            append_wrapped(out, without_code_marks(section.meaning));
            out += fmt::format("{}{}\n", in_use(section) ? "" : "#", full_name(section.name, ""));
        }
        for (const auto& key : keys()) {
            if (key.section != section.name) continue;
            out += "\n";
            append_key(out, key);
        }
    }
    return out;
}

std::string configuration_man_page() {
    auto out = roff_title("packwire.toml", 5) + std::string(man_head);
    for (const auto& section : sections()) {
        const bool top = section.name.empty();
        out += fmt::format(".SH {}\n", top ? "ABOVE ALL SECTIONS" : roff(full_name(section.name, "")));
        if (!top) out += roff(section.meaning) + "\n";
        for (const auto& key : keys()) {
            if (key.section == section.name) append_man_key(out, key);
        }
    }
    return out + ".SH SEE ALSO\n.BR packwire (1),\n.BR packwire\\-check\\-config (1)\n";
}

}  // namespace packwire::app
