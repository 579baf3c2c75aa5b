// SPDX-License-Identifier: MIT
#include "support/ring_pack.hpp"

#include <fmt/format.h>

#include <algorithm>

#include "support/scripted_pack.hpp"

namespace packwire::test {

namespace {

namespace daren = dialect::daren;

constexpr std::uint8_t rtn_unsupported = 4;
constexpr std::uint8_t rtn_no_data = 6;

void set_time(model::Draft& draft, std::uint32_t number) {
    using namespace std::chrono;
    const sys_seconds when = sys_days(year(2026) / 1 / 1) + seconds(number);
    const auto midnight = floor<days>(when);
    const year_month_day date(midnight);
    const hh_mm_ss time(when - midnight);
    draft.set("year", int(date.year()));
    draft.set("month", unsigned(date.month()));
    draft.set("day", unsigned(date.day()));
    draft.set("hour", static_cast<double>(time.hours().count()));
    draft.set("minute", static_cast<double>(time.minutes().count()));
    draft.set("second", static_cast<double>(time.seconds().count()));
}

}  // namespace

std::vector<std::uint8_t> history_info(std::uint32_t number) {
    static model::Layouts layouts;
    model::Draft draft(layouts, daren::history_record, daren::history_record.variants.front(), {16, 4});
    set_time(draft, number);
    draft.set("pack_voltage", 53.1);
    draft.set("state_of_charge", 67);
    draft.set("state_of_health", 100);
    for (std::size_t i = 0; i < 16; ++i) draft.set("cell_voltage", 3.3 + 0.001 * static_cast<double>(i), i);
    for (std::size_t i = 0; i < 4; ++i) draft.set("cell_temperature", 21, i);
    draft.set_raw("running_mileage", static_cast<std::int32_t>(number));
    draft.set("event_record", 16);
    return draft.encode();
}

std::vector<std::uint8_t> event_info(std::uint32_t number) {
    static model::Layouts layouts;
    model::Draft draft(layouts, daren::event_record, daren::event_record.variants.front());
    set_time(draft, number);
    draft.set("event_type", 1);
    draft.set_raw("status_and_rank", 0x89);
    draft.set_raw("event_data", static_cast<std::int32_t>(number & 0xFFFFU));
    return draft.encode();
}

void RingPack::Ring::overwrite(std::size_t count) {
    records.erase(records.begin(), records.begin() + static_cast<std::ptrdiff_t>(count));
    dropped += count;
}

RingPack::RingPack(MemoryPort& port, bus::Time& time, std::uint8_t address)
    : port_(&port), time_(&time), address_(address) {
    port.on_write = [this](std::string_view bytes) { hear(bytes); };
}

std::string RingPack::refusal(std::uint8_t rtn) const {
    return wire::encode(dialect::make_answer(daren::dialect, address_, {}, rtn));
}

std::string RingPack::page(std::uint8_t cid2, std::uint8_t type) {
    if (refuse) {
        if (const auto rtn = refuse(cid2, type)) return refusal(*rtn);
    }
    auto& ring = cid2 == daren::history_record.cid2 ? history : events;
    const auto end = ring.dropped + ring.records.size();
    if (ring.records.empty()) return refusal(rtn_no_data);
    auto place = ring.dropped;
    if (type != 0 && ring.cursor) place = std::max(*ring.cursor + (type == 1 ? 1 : 0), ring.dropped);
    if (type == 2 && !ring.cursor) return refusal(rtn_no_data);
    if (place >= end && !ring.wraps) return refusal(rtn_no_data);
    if (place >= end) place = ring.dropped;
    ring.cursor = place;
    auto info = ring.records[place - ring.dropped];
    info[0] = ring.end_mark && place + 1 == end ? 1 : 0;
    return wire::encode(dialect::make_answer(daren::dialect, address_, info));
}

std::string RingPack::answer(const wire::Frame& request) {
    const auto* service = dialect::requested_service(daren::dialect, request);
    if (service == nullptr) return refusal(rtn_unsupported);
    if (service == &daren::history_record || service == &daren::event_record)
        return page(request.code, request.info()[0]);
    return wire::encode(dialect::make_answer(daren::dialect, address_, seed_info(service->code)));
}

/// False when somebody else is asked.
bool RingPack::note(const wire::Frame& request) {
    if (request.address != address_) return false;
    const bool paged = request.code == daren::history_record.cid2 || request.code == daren::event_record.cid2;
    asked += fmt::format("{}{:02X}", asked.empty() ? "" : " ", paged ? request.info()[0] : request.code);
    ++questions;
    return true;
}

std::string RingPack::reply(std::string_view question) {
    const auto request = wire::decode(question);
    return request && note(*request) ? answer(*request) : std::string();
}

void RingPack::hear(std::string_view bytes) {
    const auto request = wire::decode(bytes);
    if (!request || !note(*request)) return;
    const auto what = fate ? fate(questions - 1, request->code) : Fate::good;
    if (what == Fate::question_lost) return;
    auto text = answer(*request);
    const auto characters = [this](std::string_view some) {
        return static_cast<Duration::rep>(some.size()) * port_->character_time();
    };
    // A pack answers one question after the other.
    auto begin = std::max(time_->now() + characters(bytes), busy_until_) + latency;
    if (what == Fate::late) begin += lateness;
    busy_until_ = begin + characters(text);
    if (what == Fate::answer_lost) return;
    if (what == Fate::damaged) text[text.size() / 2] ^= 1;
    constexpr std::size_t piece = 16;  // as a driver gives them
    for (std::size_t sent = 0; sent < text.size(); sent += piece) {
        const auto part = text.substr(sent, piece);
        port_->deliver(begin + characters(text.substr(0, sent + part.size())), part);
    }
}

}  // namespace packwire::test
