// SPDX-License-Identifier: MIT
#include "app/remark_log.hpp"

#include <spdlog/spdlog.h>

namespace packwire::app {

namespace {

std::string_view what_follows(model::Remark::Kind kind) {
    switch (kind) {
        case model::Remark::Kind::unknown:
            return "the value is unknown, all others count";
        case model::Remark::Kind::taken:
            return "taken as the nearest of these";
        case model::Remark::Kind::doubtful:
            return "believed, since the pack goes on saying so";
        case model::Remark::Kind::disagrees:
            return "both are shown as they came";
    }
    return "";
}

}  // namespace

void RemarkLog::take(std::uint8_t address, const model::Record& record, TimePoint now) {
    const auto remarks = model::remarks(record);
    const auto known = packs_.find(address);
    if (remarks.empty() && (known == packs_.end() || known->second.empty())) return;
    auto& lines = packs_[address];
    for (auto& [place, line] : lines) {
        if (std::get<0>(place) == &record.service()) line.now = false;
    }
    for (const auto& remark : remarks) {
        const Place place{&record.service(), model::place_of(record.slot(remark.slot)), remark.kind};
        const auto [found, is_new] = lines.try_emplace(place);
        auto& line = found->second;
        line.now = true;
        if (line.is_open || (!is_new && now - line.when < pause)) continue;
        line.is_open = true;
        line.when = now;
        spdlog::warn(
            "{}: pack at address {}, service {}: {}; {}. It is counted from now on, see packwire status",
            bus_, address, record.service().code, remark.where, what_follows(remark.kind));
    }
    for (auto& [place, line] : lines) {
        if (std::get<0>(place) != &record.service() || line.now || !line.is_open) continue;
        line.is_open = false;
        spdlog::info("{}: pack at address {}, service {}: {} is plausible again", bus_, address,
                     record.service().code, std::get<1>(place));
    }
}

}  // namespace packwire::app
