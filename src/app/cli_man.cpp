// SPDX-License-Identifier: MIT
/// Manual pages: what --help says, for man(1).
#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <cctype>
#include <iterator>
#include <sstream>

#include "app/cli_documents.hpp"
#include "app/roff.hpp"

namespace packwire::app {

namespace {

constexpr std::string_view surroundings = R"(.SH FILES
.TP
.I /etc/packwire/packwire.toml
The configuration of the service; see
.BR packwire.toml (5).
.TP
.I /var/lib/packwire
What the service keeps: history, what it remembers of the bank and the packs.
.TP
.I /run/packwire/status.sock
What
.BR packwire\-status (1)
asks.
.SH ENVIRONMENT
.TP
.B MQTT_PASSWORD
The password for the broker, unless the configuration names a file.
.TP
.B PACKWIRE_WEB_TOKEN
The token that clients of the web interface must bring, likewise.
.TP
.BR STATE_DIRECTORY ", " RUNTIME_DIRECTORY
Where state and the socket are kept; set by
.BR systemd (1).
.TP
.B NO_COLOR
No colours, even on a terminal.
)";

bool is_heading(std::string_view line) {
    return !line.empty() &&
           std::ranges::all_of(line, [](unsigned char c) { return std::isupper(c) != 0 || c == ' '; }) &&
           line.front() != ' ';
}

/// Headings in capitals, indented lines as they are, the rest as paragraphs.
void append_footer(std::string& out, const std::string& footer) {
    std::istringstream lines(footer);
    bool verbatim = false;
    for (std::string line; std::getline(lines, line);) {
        const bool indented = line.starts_with("  ");
        if (verbatim != indented && (verbatim || indented)) out += indented ? ".EX\n" : ".EE\n";
        verbatim = indented;
        if (is_heading(line)) {
            out += fmt::format(".SH {}\n", line == "EXIT CODES" ? "EXIT STATUS" : line);
        } else if (!line.empty()) {
            if (!indented && !out.ends_with(".PP\n") && out.ends_with(".EE\n")) out += ".PP\n";
            out += roff(line) + "\n";
        }
    }
    if (verbatim) out += ".EE\n";
}

/// "-h, --help", "--config FILE".
std::string names(const CLI::Option& option) {
    if (option.get_positional()) return fmt::format("\\fI{}\\fR", roff(option.get_name(true)));
    std::string text;
    const auto add = [&](std::string_view dashes, const std::string& name) {
        text +=
            fmt::format("{}\\fB{}\\fR", text.empty() ? "" : ", ", roff(fmt::format("{}{}", dashes, name)));
    };
    for (const auto& name : option.get_snames()) add("-", name);
    for (const auto& name : option.get_lnames()) add("--", name);
    const auto value = option.get_type_name();
    if (option.get_expected_max() != 0 && !value.empty())
        text += fmt::format(" \\fI{}\\fR", roff(value.substr(0, value.find(':'))));
    return text;
}

void append_options(std::string& out, const CLI::App& app) {
    out += ".SH OPTIONS\n";
    for (const auto* option : app.get_options()) {
        fmt::format_to(std::back_inserter(out), ".TP\n{}\n{}{}\n", names(*option),
                       roff(option->get_description()), option->get_required() ? " (required)" : "");
    }
}

std::string synopsis(const CLI::App& command) {
    auto text = fmt::format(".SH SYNOPSIS\n.B packwire {}\n[\\fIOPTIONS\\fR]", roff(command.get_name()));
    for (const auto* option : command.get_options()) {
        if (!option->get_positional()) continue;
        const auto name = roff(option->get_name(true));
        text +=
            option->get_required() ? fmt::format(" \\fI{}\\fR", name) : fmt::format(" [\\fI{}\\fR]", name);
        if (option->get_items_expected_max() > 1) text += "...";
    }
    return text + "\n";
}

std::string program_page(const CLI::App& app) {
    auto out = roff_title("packwire", 1);
    out += ".SH NAME\npackwire \\- battery packs over RS485 for Venus OS, Home Assistant and people\n";
    out += ".SH SYNOPSIS\n.B packwire\n\\fICOMMAND\\fR [\\fIOPTIONS\\fR]\n.SH DESCRIPTION\n";
    out += roff(app.get_description()) + "\n.SH COMMANDS\n";
    for (const auto* sub : shown_commands(app)) {
        fmt::format_to(std::back_inserter(out), ".TP\n.BR packwire\\-{} (1)\n{}\n", roff(sub->get_name()),
                       roff(sub->get_description()));
    }
    append_options(out, app);
    out += ".PP\n";
    append_footer(out, app.get_footer());
    out += surroundings;
    return out + ".SH SEE ALSO\n.BR packwire.toml (5)\n";
}

}  // namespace

std::string man_page(const CLI::App& app, const CLI::App& command) {
    if (&command == &app) return program_page(app);
    const auto name = fmt::format("packwire-{}", command.get_name());
    auto out = roff_title(name, 1);
    out += fmt::format(".SH NAME\n{} \\- {}\n", roff(name), roff(command.get_description()));
    out += synopsis(command);
    append_options(out, command);
    append_footer(out, command.get_footer());
    return out + ".SH SEE ALSO\n.BR packwire (1),\n.BR packwire.toml (5)\n";
}

}  // namespace packwire::app
