// SPDX-License-Identifier: MIT
/// Text for man(7).
#pragma once

#include <string>
#include <string_view>

namespace packwire::app {

/// As it is, whatever it holds; `code` in backticks becomes bold.
[[nodiscard]] std::string roff(std::string_view text);
/// The line that each page begins with.
[[nodiscard]] std::string roff_title(std::string_view name, int section);

}  // namespace packwire::app
