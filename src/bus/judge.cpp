// SPDX-License-Identifier: MIT
/// What a frame that is heard is to the question that was asked.
#include <fmt/format.h>

#include "bus/transact.hpp"

namespace packwire::bus {

namespace {

/// Where RTN stands, the standard leaves these to vendors; nobody has documented one.
constexpr std::uint8_t first_undocumented_rtn = 0x80;
/// What is asked while nothing is.
constexpr dialect::Service no_service{};

/// A question, or an answer on the link between packs that was not asked for.
bool is_foreign(const wire::Frame& frame, const dialect::Service& asked) {
    return dialect::is_request(frame) ||
           (frame.code == dialect::link_answer_code && asked.answer_code != frame.code);
}

/// What an RTN other than that of a good answer means. Telemetry every firmware knows, whatever it says.
Error refusal(const dialect::Service& service, std::uint8_t rtn) {
    if (rtn == dialect::unsupported_code && service.cadence != model::Cadence::telemetry) {
        return {Errc::unsupported,
                fmt::format("service {} ({}) is not supported by this firmware", service.code, service.name)};
    }
    return {Errc::rejected, dialect::rtn_text(rtn)};
}

}  // namespace

/// Tables that let INFO go on after their fields, as that of 4F, would take the very answer that is late.
bool Line::is_late(const model::Record& record, const Exchange& exchange) {
    return exchange.wanted != nullptr && !record.surplus().empty() &&
           dialect::try_answer(decoder_, *exchange.wanted, record.info()).has_value();
}

Line::Verdict Line::judge(std::string_view text, Exchange& exchange) {
    if (echoes_.is_echo(text, time_.now())) {
        statistics_.count(exchange.address, &LineCounters::echoes);
        return Verdict::not_ours;
    }
    const wire::Limits limits{.soi = dialect_.soi};
    if (!wire::parse(text, limits, frame_)) {
        exchange.heard = wire::explain(text, limits);
        return Verdict::refused;
    }
    if (is_foreign(frame_, exchange.service)) return judge_foreign(exchange);
    if (const auto error = dialect::check_header(dialect_, frame_)) {
        exchange.heard = *error;
        return Verdict::refused;
    }
    if (frame_.address != exchange.address) {
        statistics_.count(exchange.address, &LineCounters::foreign);
        exchange.heard = {Errc::wrong_address,
                          fmt::format("ADR: asked {}, heard {}", exchange.address, frame_.address)};
        return Verdict::not_ours;
    }
    if (!dialect::may_answer(dialect_, frame_, exchange.service.cid2)) return judge_late(exchange.address);
    if (frame_.code != exchange.service.answer_code) return judge_refusal(exchange);
    auto record = decoder_.decode(exchange.service, frame_.info());
    if (record && is_late(*record, exchange)) return judge_late(exchange.address);
    if (record) {
        record_ = *record;
        faults_.heard_good(exchange.address, exchange.service);
        echoes_.answered(exchange.question);
        return Verdict::answer;
    }
    exchange.heard = record.error();
    if (exchange.heard.code != Errc::bad_layout) return judge_fault(exchange);
    // Most likely the answer to an earlier question; ours may follow.
    return judge_late(exchange.address);
}

Line::Verdict Line::judge_late(std::uint8_t address) {
    statistics_.count(address, &LineCounters::late);
    return Verdict::not_ours;
}

/// Somebody else's frame. One like an answer with an RTN that nobody has written down is none for sure.
Line::Verdict Line::judge_foreign(const Exchange& exchange) {
    statistics_.count(exchange.address, &LineCounters::foreign);
    const bool maybe_rtn =
        frame_.address == exchange.address && frame_.info().empty() && frame_.code >= first_undocumented_rtn;
    if (!maybe_rtn) masters_.heard(frame_, time_.now());
    return Verdict::not_ours;
}

/// An RTN where a good answer was wanted. While another answer is missing it may be that one's.
Line::Verdict Line::judge_refusal(Exchange& exchange) {
    exchange.heard = refusal(exchange.service, frame_.code);
    auto& missing = missing_[exchange.address];
    if (missing.service != nullptr && missing.service != &exchange.service) {
        missing = {};
        return judge_late(exchange.address);
    }
    return Verdict::refused;
}

/// Frames that came while nothing was asked, or behind an answer.
void Line::notice_unread() {
    const wire::Limits limits{.soi = dialect_.soi};
    while (const auto text = splitter_.next(unread_)) {
        if (echoes_.is_echo(*text, time_.now())) {
            statistics_.count(&LineCounters::echoes);
        } else if (!wire::parse(*text, limits, overheard_)) {
            continue;
        } else if (is_foreign(overheard_, no_service)) {
            statistics_.count(&LineCounters::foreign);
            masters_.heard(overheard_, time_.now());
        } else {
            statistics_.count(overheard_.address, &LineCounters::late);
        }
    }
}

}  // namespace packwire::bus
