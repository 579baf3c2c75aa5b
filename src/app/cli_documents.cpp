// SPDX-License-Identifier: MIT
#include "app/cli_documents.hpp"

#include <fmt/format.h>

#include <CLI/CLI.hpp>

#include "app/config_documents.hpp"

namespace packwire::app {

namespace {

constexpr std::string_view man_folder = "packaging/man/";
constexpr std::string_view completion_file = "packaging/completion/packwire.bash";
constexpr std::string_view config_page = "packaging/man/packwire.toml.5";
constexpr std::string_view config_file = "packaging/debian/packwire.toml";

}  // namespace

std::vector<const CLI::App*> shown_commands(const CLI::App& app) {
    return app.get_subcommands([](const CLI::App* sub) { return !sub->get_group().empty(); });
}

std::vector<std::string> documents(const CLI::App& app) {
    std::vector<std::string> paths{fmt::format("{}packwire.1", man_folder)};
    for (const auto* sub : shown_commands(app))
        paths.push_back(fmt::format("{}packwire-{}.1", man_folder, sub->get_name()));
    for (const auto path : {config_page, completion_file, config_file}) paths.emplace_back(path);
    return paths;
}

std::optional<std::string> document(const CLI::App& app, std::string_view path) {
    if (path == completion_file) return bash_completion(app);
    if (path == config_page) return configuration_man_page();
    if (path == config_file) return full_example_config();
    if (path == fmt::format("{}packwire.1", man_folder)) return man_page(app, app);
    for (const auto* sub : shown_commands(app)) {
        if (path == fmt::format("{}packwire-{}.1", man_folder, sub->get_name())) return man_page(app, *sub);
    }
    return std::nullopt;
}

}  // namespace packwire::app
