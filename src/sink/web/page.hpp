// SPDX-License-Identifier: MIT
/// The dashboard as it is built into the program; the table is made at build time from web/dist.
#pragma once

#include <span>
#include <string_view>

namespace packwire::sink::web {

struct Asset {
    std::string_view path;  ///< "/index.html", "/assets/app-1a2b3c.js"
    std::string_view type;  ///< Content-Type
    std::string_view etag;  ///< with its quotes
    std::span<const unsigned char> gzip;
    bool immutable = false;  ///< its name says what it holds: it may be kept for ever
};

/// "/" is "/index.html". Empty in a program that was built without the page.
[[nodiscard]] std::span<const Asset> page_assets();

}  // namespace packwire::sink::web
