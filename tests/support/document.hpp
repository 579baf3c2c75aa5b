// SPDX-License-Identifier: MIT
/// Parts of docs/ that tests write, and keep so.
#pragma once

#include <string>
#include <string_view>

namespace packwire::test {

/// What stands in `file` between the line that begins with `begin` and `end` is `made`; with
/// PACKWIRE_WRITE_DOCS=1 in the environment it is written instead. `how`: the command that does so.
void expect_in_document(std::string_view file, std::string_view begin, std::string_view end,
                        const std::string& made, std::string_view how);

}  // namespace packwire::test
