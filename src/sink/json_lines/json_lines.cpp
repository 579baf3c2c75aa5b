// SPDX-License-Identifier: MIT
#include "sink/json_lines/json_lines.hpp"

#include <algorithm>
#include <utility>

#include "sink/line.hpp"

namespace packwire::sink::json_lines {

namespace {

using namespace std::chrono_literals;

constexpr Duration rate = 1s;
/// How much sooner than that a line may come, if the one before did not.
constexpr Duration early = 500ms;
constexpr Duration after_error = 5s;
constexpr Duration after_stall = 100ms;

}  // namespace

JsonLinesSink::JsonLinesSink(std::string path, bus::Time& time, Log log, bool with_bank)
    : output_(std::move(path)),
      with_bank_(with_bank),
      time_(time),
      log_(std::move(log)),
      timer_(time.timer()) {}

void JsonLinesSink::publish(const bank::Pack& pack) {
    if (pack.last_good == TimePoint{}) return;  // never had live data
    auto& known = packs_[pack.snapshot.identity.id];
    if (known.last_good == pack.last_good && known.freshness == pack.freshness) return;
    known.last_good = pack.last_good;
    known.freshness = pack.freshness;
    if (known.line.empty()) waiting_.push_back(&known);
    known.line = line_of(pack, time_.wall_now());
    timer_->cancel();
}

void JsonLinesSink::publish_bank(const bank::Bank& bank) {
    if (!with_bank_) return;
    if (bank_.line.empty()) waiting_.push_back(&bank_);
    bank_.line = line_of(bank, time_.wall_now());
    timer_->cancel();
}

bus::Task<void> JsonLinesSink::run() {
    for (;;) {
        const auto next = step();
        co_await timer_->wait_until(next);
    }
}

/// Writes what is due; gives the time when something is due again.
TimePoint JsonLinesSink::step() {
    const auto now = time_.now();
    if (now < retry_at_) return retry_at_;
    if (!output_.idle()) check(output_.flush());
    auto next = TimePoint::max();
    std::erase_if(waiting_, [&](Known* known) {
        if (write(*known, now)) return true;
        next = std::min(next, known->due > now ? known->due : now + after_stall);
        return false;
    });
    if (!output_.idle()) next = std::min(next, now + after_stall);
    return std::max(next, retry_at_);
}

/// False when it has to wait.
bool JsonLinesSink::write(Known& known, TimePoint now) {
    if (known.due > now || !output_.idle() || now < retry_at_) return false;
    check(output_.write(std::exchange(known.line, {})));
    // Not before `early` of the second after this one's own.
    known.due = std::max(known.due + rate, now + rate - early);
    return true;
}

void JsonLinesSink::check(const Result<void>& result) {
    if (result) {
        if (!std::exchange(trouble_, {}).empty()) say(log_, Level::info, "json_lines: writing again");
        return;
    }
    retry_at_ = time_.now() + after_error;
    if (std::exchange(trouble_, result.error().where).empty())
        say(log_, Level::warning, "json_lines: " + trouble_);
}

}  // namespace packwire::sink::json_lines
