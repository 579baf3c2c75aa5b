// SPDX-License-Identifier: MIT
/// The configuration for those who look for it where programs of a system keep such things.
#pragma once

#include <string>

namespace packwire::app {

/// A file that names every option with its default, commented out: /etc/packwire/packwire.toml as a package
/// installs it. It can be used as it is.
[[nodiscard]] std::string full_example_config();
/// packwire.toml(5).
[[nodiscard]] std::string configuration_man_page();

}  // namespace packwire::app
