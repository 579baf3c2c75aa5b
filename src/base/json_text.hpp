// SPDX-License-Identifier: MIT
/// Text for people as a JSON string.
#pragma once

#include <string>
#include <string_view>

namespace packwire {

/// With its quotes. UTF-8 stays as it is; bytes that are none become U+FFFD. What packs say is no UTF-8 and
/// has model::append_json_string.
void append_json_text(std::string& out, std::string_view text);

}  // namespace packwire
