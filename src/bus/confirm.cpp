// SPDX-License-Identifier: MIT
/// What Line believes at once, what it asks for again, and what it believes after all.
#include "bus/transact.hpp"

namespace packwire::bus {

Task<Result<model::Record>> Line::ask(const dialect::Service& service, std::uint8_t address, int tries,
                                      std::span<const model::RequestValue> said, Patience patience) {
    const bool comparable = service.cadence != model::Cadence::never && said.empty();
    for (int reading = 1;; ++reading) {
        auto answer = co_await ask_once(service, address, tries, said, patience);
        if (!answer) co_return answer;
        std::optional<Error> why;
        if (comparable) why = doubt(*answer, address);
        if (!why) {
            if (reading > 1) statistics_.count(address, &LineCounters::confirmed);
            statistics_.believed(address, *answer);
            co_return answer;
        }
        if (reading >= model::Plausibility::enough) co_return std::unexpected(std::move(*why));
    }
}

/// Why the answer has to be asked for again; absent: it is to be believed.
std::optional<Error> Line::doubt(const model::Record& record, std::uint8_t address) {
    if (believes_jumps_) return std::nullopt;
    auto& readings = readings_[{address, &record.service()}];
    auto why = readings.judge(record, time_.now(), damage_.trust());
    if (readings.took_back()) damage_.heard_damaged();
    if (!readings.exposed().empty()) damage_.heard_exposed(readings.exposed());
    if (why) statistics_.refused(address, why->code);
    return why;
}

/// What was thrown away since, if it looks like a frame that lost its form on the way: its pack is not
/// silent. A few bytes outside of any frame are what adapters add when they turn round.
std::optional<Error> Line::damaged_since(const wire::Splitter::Dropped& before) const {
    const auto& now = splitter_.dropped();
    if (now.bad_byte > before.bad_byte) {
        return Error{Errc::bad_hex, "the answer was damaged: a character that can be in no frame"};
    }
    if (now.too_long > before.too_long) return Error{Errc::too_long, "the answer was damaged: it has no end"};
    if (now.noise_bytes - before.noise_bytes < wire::min_text) return std::nullopt;
    return Error{Errc::bad_start, "the answer was damaged: its beginning is missing"};
}

/// Once it is noise, again and again it is what the pack measures: better than nothing at all.
Line::Verdict Line::judge_fault(Exchange& exchange) {
    if (!faults_.is_confirmed(exchange.address, exchange.service, exchange.heard)) return Verdict::refused;
    statistics_.refused(exchange.address, exchange.heard.code);
    if (!decoder_.read_unproven(exchange.service, frame_.info(), record_)) return Verdict::refused;
    echoes_.answered(exchange.question);
    return Verdict::answer;
}

}  // namespace packwire::bus
