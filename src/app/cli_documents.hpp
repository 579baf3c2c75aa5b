// SPDX-License-Identifier: MIT
/// What packaging/ holds of the command line and the configuration, made of the same tables as --help and
/// check-config: manual pages, the completion of bash, the configuration that a package installs. They are
/// kept in the tree, for who builds for another machine cannot ask the program; a test compares.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace CLI {  // NOLINT(readability-identifier-naming): theirs
class App;
}

namespace packwire::app {

/// Paths in the source tree: "packaging/man/packwire-run.1".
[[nodiscard]] std::vector<std::string> documents(const CLI::App& app);
/// Nothing when there is no such path.
[[nodiscard]] std::optional<std::string> document(const CLI::App& app, std::string_view path);

/// packwire-<command>(1); packwire(1) for the program itself.
[[nodiscard]] std::string man_page(const CLI::App& app, const CLI::App& command);
[[nodiscard]] std::string bash_completion(const CLI::App& app);
/// Those that are shown.
[[nodiscard]] std::vector<const CLI::App*> shown_commands(const CLI::App& app);

}  // namespace packwire::app
