// SPDX-License-Identifier: MIT
#include "app/values_doc.hpp"

#include "sink/line.hpp"

namespace packwire::app {

std::string values_document(const Daemon& daemon, const bus::Time& time) {
    using sink::line_of;
    const auto now = time.wall_now();
    std::string out = "{\"packs\":[";
    bool first = true;
    for (const auto* pack : daemon.book().packs()) {
        if (!std::exchange(first, false)) out += ',';
        out += line_of(*pack, now);
    }
    std::string of_bank = "null";
    if (const auto* const bank = daemon.bank(); bank != nullptr) {
        if (const auto& latest = bank->latest()) of_bank = line_of(*latest, now);
    }
    return out += "],\"bank\":" + of_bank + "}\n";
}

}  // namespace packwire::app
