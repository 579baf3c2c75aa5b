// SPDX-License-Identifier: MIT
#include <string>

#include "app/backup.hpp"
#include "app/config.hpp"
#include "fuzz/targets.hpp"

namespace packwire::fuzz {

void config(std::span<const std::uint8_t> input) {
    const std::string text(input.begin(), input.end());
    const auto config = app::parse_config(text, "f");
    if (config) {
        require(!config->buses.empty(), "a good configuration names a port");
        require(config->loss.stale < config->loss.lost && config->loss.lost < config->loss.gone,
                "a pack is stale, lost and gone in that order");
        return;
    }
    require(config.error().where.starts_with("f"), "an error names the file");
    require(config.error().where.find('\n') == std::string::npos, "an error is one line");
}

void backup(std::span<const std::uint8_t> input) {
    const std::string text(input.begin(), input.end());
    const auto backup = app::from_toml(text, "f");
    if (!backup) {
        require(!backup.error().where.empty(), "an error has words");
        return;
    }
    require(app::differences(*backup, *backup).empty(), "a backup is as itself");
    const auto again = app::from_toml(app::to_toml(*backup), "f");
    require(again.has_value(), "what is written can be read");
    require(app::differences(*backup, *again).empty(), "and says the same");
}

}  // namespace packwire::fuzz
