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
    const bool has_bank = daemon.bank() != nullptr && daemon.bank()->latest();
    out += "],\"bank\":";
    out += has_bank ? line_of(*daemon.bank()->latest(), now) : "null";
    return out += "}\n";
}

}  // namespace packwire::app
