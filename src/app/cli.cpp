// SPDX-License-Identifier: MIT
#include "app/cli.hpp"

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <algorithm>
#include <array>
#include <string_view>

#include "app/cli_documents.hpp"
#include "app/cli_program.hpp"
#include "app/cli_values.hpp"

namespace packwire::app {

namespace {

/// The subcommand among the arguments; empty when none was named.
std::string named(const Program& program, const std::vector<std::string>& arguments) {
    for (const auto& argument : arguments) {
        if (argument.starts_with('-')) continue;
        const auto is_it = [&](const CLI::App* sub) { return sub->get_name() == argument; };
        return program.app.get_subcommands(is_it).empty() ? std::string() : argument;
    }
    return {};
}

Stop wrong_use(const std::string& subcommand, std::string what) {
    std::ranges::replace(what, '\n', ' ');
    const auto command =
        subcommand.empty() ? std::string("packwire") : fmt::format("packwire {}", subcommand);
    return {2, fmt::format("{}: {}; see {} --help\n", command, what, command)};
}

/// "--baud: expected …" for errors of CLI11, whose words are for programmers here and there.
std::string words(const CLI::ParseError& error, const std::vector<std::string>& arguments) {
    if (error.get_name() != "RequiredError" && error.get_name() != "ExtrasError") return error.what();
    std::string what = error.what();
    if (what.find("subcommand") == std::string::npos) return what;
    return arguments.empty() ? "expected a command"
                             : fmt::format("unknown command \"{}\"", arguments.front());
}

const std::string& dialect_of(const ReadOptions& options) {
    return options.line.dialect;
}

const std::string& dialect_of(const auto& options) {
    return options.dialect;
}

using Chosen = std::expected<Command, std::string>;

template <auto Options>
Chosen as_given(Program& program) {
    return program.*Options;
}

template <auto Options, bool ToAsk>
Chosen with_services(Program& program) {
    auto& options = program.*Options;
    const auto good = check_services(options.services, dialect_of(options), ToAsk);
    if (!good) return std::unexpected("--service: " + good.error().where);
    return options;
}

Chosen chosen_params(Program& program) {
    auto params = params_of(program.params, program.params_words, program.params_changed);
    if (!params) return std::unexpected(params.error().where);
    return std::move(*params);
}

Chosen chosen_history(Program& program) {
    if (program.history_local) return events_of(program.exported, program.history_format);
    auto history = history_of(program.history, program.history_addresses, program.history_format);
    if (!history) return std::unexpected(history.error().where);
    return std::move(*history);
}

Chosen chosen_export(Program& program) {
    if (program.exported.format != Format::table || program.exported.events) return program.exported;
    return std::unexpected("--format: readings are csv or json; a table is for --events");
}

Chosen chosen_rules(Program& program) {
    if (!program.rules.config || program.rules.dry_run || program.rules.replay) return program.rules;
    return std::unexpected("expected --dry-run or --replay FILE with --config");
}

Chosen chosen_run(Program& program) {
    if (program.run.config || program.run.port) return program.run;
    return std::unexpected("expected --config FILE or --port PORT");
}

Chosen chosen_check_config(Program& program) {
    const auto& options = program.check_config;
    if (options.file.empty() && !options.keys && !options.example) return std::unexpected("FILE is required");
    return options;
}

struct Choice {
    std::string_view name;
    Chosen (*options)(Program&);
};

constexpr auto command_choices = std::to_array<Choice>({
    {"check-config", &chosen_check_config},
    {"decode", &with_services<&Program::decode, false>},
    {"demo", &as_given<&Program::demo>},
    {"export", &chosen_export},
    {"history", &chosen_history},
    {"listen", &as_given<&Program::listen>},
    {"params", &chosen_params},
    {"read", &with_services<&Program::read, true>},
    {"rules", &chosen_rules},
    {"run", &chosen_run},
    {"scan", &as_given<&Program::scan>},
    {"services", &with_services<&Program::services, false>},
    {"sim", &as_given<&Program::sim>},
    {"status", &as_given<&Program::status>},
    {"watch", &as_given<&Program::watch>},
});

Chosen chosen(Program& program, const std::string& name) {
    const auto* const choice = std::ranges::find(command_choices, name, &Choice::name);
    if (choice == command_choices.end()) return std::unexpected("this command takes part in no choice");
    return choice->options(program);
}

/// packwire document: the text, or all names.
Stop print_document(const Program& program) {
    if (program.document.empty()) return {0, fmt::format("{}\n", fmt::join(documents(program.app), "\n"))};
    auto text = document(program.app, program.document);
    return text ? Stop{0, std::move(*text)} : wrong_use("document", "no such document: " + program.document);
}

}  // namespace

std::expected<Command, Stop> parse_command_line(const std::vector<std::string>& arguments) {
    Program program;
    const auto name = named(program, arguments);
    try {
        program.app.parse(std::vector<std::string>(arguments.rbegin(), arguments.rend()));
    } catch (const CLI::CallForHelp&) {
        const auto* shown = name.empty() ? &program.app : program.app.get_subcommand(name);
        return std::unexpected(Stop{0, shown->help(name.empty() ? "" : "packwire")});
    } catch (const CLI::CallForVersion& version) {
        return std::unexpected(Stop{0, std::string(version.what()) + "\n"});
    } catch (const CLI::ParseError& error) {
        return std::unexpected(wrong_use(name, words(error, arguments)));
    }
    if (name == "document") return std::unexpected(print_document(program));
    auto command = chosen(program, name);
    if (!command) return std::unexpected(wrong_use(name, command.error()));
    return std::move(*command);
}

}  // namespace packwire::app
