// SPDX-License-Identifier: MIT
/// Stands in for the page where there is none.
#include "sink/web/page.hpp"

namespace packwire::sink::web {

std::span<const Asset> page_assets() {
    return {};
}

}  // namespace packwire::sink::web
