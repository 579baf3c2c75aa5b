// SPDX-License-Identifier: MIT
/// The page is kept compressed; few clients do not take it so.
#pragma once

#include <span>
#include <string>
#include <string_view>

namespace packwire::sink::web {

/// Of Accept-Encoding. Source: RFC 9110, 12.5.3.
[[nodiscard]] bool takes_gzip(std::string_view accept_encoding);
/// Of our own making: what is no gzip gives an empty text.
[[nodiscard]] std::string inflate(std::span<const unsigned char> gzip);

}  // namespace packwire::sink::web
