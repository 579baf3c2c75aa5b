// SPDX-License-Identifier: MIT
#include "sink/web/house.hpp"

#include <fmt/chrono.h>
#include <fmt/format.h>

#include "base/json_text.hpp"

namespace packwire::sink::web {

namespace {

/// What a client sent, for a log.
std::string printable(std::string_view text) {
    constexpr std::size_t enough = 80;
    std::string out;
    append_json_text(out, text.substr(0, enough));
    return out;
}

}  // namespace

void House::count_live(bool more) {
    if (more) {
        ++live;
    } else {
        --live;
    }
    router.set_live(live);
}

void House::note(unsigned status, const Request& request) const {
    if (status == 421)
        log.warn(
            "host",
            fmt::format("a client asked for host {}, which is none of ours; [web] hosts has those that are",
                        printable(request.host)));
    if (status == 401 && !request.authorization.empty())
        log.warn("token", "a client came with a wrong token");
    if (status == 403)
        log.warn("origin", fmt::format("a page of {} was refused the live push", printable(request.origin)));
    if (status == 504) log.warn("slow", "an answer took too long");
}

std::string House::date() const {
    return fmt::format("{:%a, %d %b %Y %H:%M:%S GMT}",
                       fmt::gmtime(std::chrono::system_clock::to_time_t(time.wall_now())));
}

}  // namespace packwire::sink::web
