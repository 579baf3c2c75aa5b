// SPDX-License-Identifier: MIT
/// Completion for bash: commands, their options, and the words that an option takes.
#include <fmt/format.h>
#include <fmt/ranges.h>

#include <CLI/CLI.hpp>
#include <array>
#include <sstream>

#include "app/cli_documents.hpp"

namespace packwire::app {

namespace {

constexpr std::string_view head = R"(# Completion of packwire for bash.
# Made by packaging/documents; a test compares.

_packwire_files() {
    local IFS=$'\n'
    compopt -o filenames 2>/dev/null
    COMPREPLY=($(compgen -f -- "$1"))
}

_packwire() {
    local current=${COMP_WORDS[COMP_CWORD]} previous=${COMP_WORDS[COMP_CWORD - 1]} command='' word
    for word in "${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
        case $word in
            -*) ;;
            *) command=$word; break ;;
        esac
    done
    COMPREPLY=()
)";

constexpr std::string_view tail = R"(}

complete -F _packwire packwire
)";

/// What the help of an option begins with: "table, json or csv (table)" takes three words. Empty when it is a
/// sentence.
std::vector<std::string> choices(const CLI::Option& option) {
    static constexpr auto with_choices =
        std::to_array<std::string_view>({"FORMAT", "LEVEL", "KIND", "WHICH", "BUS", "NAME"});
    if (std::ranges::find(with_choices, option.get_type_name()) == with_choices.end()) return {};
    auto text = option.get_description();
    // "what to try: daren, sns" and "daren or auto: both".
    const auto colon = text.find(": ");
    if (colon != std::string::npos && text.substr(0, colon).find(" or ") == std::string::npos)
        text.erase(0, colon + 2);
    std::ranges::replace(text, ',', ' ');
    std::istringstream in(text.substr(0, text.find('(')));
    std::vector<std::string> words;
    for (std::string word; in >> word && word != "a" && word != "which" && word != "with";) {
        const bool last = word.ends_with(':');
        if (last) word.pop_back();
        if (word != "or") words.push_back(word);
        if (last) break;
    }
    return words;
}

bool takes_file(const CLI::Option& option) {
    const auto type = option.get_type_name();
    return type == "FILE" || type == "PATH";
}

std::string option_names(const CLI::App& command) {
    std::vector<std::string> names;
    for (const auto* option : command.get_options()) {
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
    }
    return fmt::format("{}", fmt::join(names, " "));
}

std::string reply(std::string_view words) {
    return fmt::format("COMPREPLY=($(compgen -W '{}' -- \"$current\"))", words);
}

/// What may follow each option that takes a value.
std::string after_options(const CLI::App& command) {
    std::string cases;
    for (const auto* option : command.get_options()) {
        if (option->get_lnames().empty() || option->get_expected_max() == 0) continue;
        std::vector<std::string> names;
        for (const auto& name : option->get_lnames()) names.push_back("--" + name);
        const auto words = choices(*option);
        cases += fmt::format("                {}) {}return ;;\n", fmt::join(names, " | "),
                             takes_file(*option) ? "_packwire_files \"$current\"; "
                             : words.empty()     ? ""
                                                 : reply(fmt::format("{}", fmt::join(words, " "))) + "; ");
    }
    return cases;
}

std::string case_of(const CLI::App& command) {
    std::string out = fmt::format("        {})\n", command.get_name());
    const auto cases = after_options(command);
    if (!cases.empty()) out += fmt::format("            case $previous in\n{}            esac\n", cases);
    out += "            case $current in\n";
    out += fmt::format("                -*) {} ;;\n", reply(option_names(command)));
    out += "                *) _packwire_files \"$current\" ;;\n            esac ;;\n";
    return out;
}

}  // namespace

std::string bash_completion(const CLI::App& app) {
    std::string out(head);
    std::vector<std::string> names;
    for (const auto* sub : shown_commands(app)) names.push_back(sub->get_name());
    out += "    case $command in\n";
    out += fmt::format("        '') {} ;;\n",
                       reply(fmt::format("{} {}", fmt::join(names, " "), option_names(app))));
    for (const auto* sub : shown_commands(app)) out += case_of(*sub);
    out += "    esac\n";
    return out + std::string(tail);
}

}  // namespace packwire::app
