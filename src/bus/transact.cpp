// SPDX-License-Identifier: MIT
#include "bus/transact.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace packwire::bus {

using namespace std::chrono_literals;

namespace {

/// Below this a timer costs more than the bytes that it saves waking for.
constexpr Duration worth_dozing = 2ms;
/// A line that never falls silent is asked all the same.
constexpr Duration longest_noise = 1s;
/// A busy machine may be as late as this with what the line brought.
constexpr Duration longest_delay = 1s;

/// May the pack still be answering?
bool may_come_late(Errc code) {
    return code == Errc::timeout || code == Errc::bad_end || code == Errc::bad_layout;
}

/// Less than any gap.
constexpr Duration listening_doze = 15ms;
/// A question whose answer cannot be taken for that of `wanted`: short, answered or refused by all firmware.
const dialect::Service* step_question(const dialect::Dialect& dialect, const dialect::Service& wanted) {
    for (const auto* code : {"4F", "51"}) {
        const auto found = dialect::find_services(dialect, code);
        if (found.empty() || found.front() == &wanted) continue;
        if (dialect::can_ask(dialect, *found.front())) return found.front();
    }
    return nullptr;
}

}  // namespace

bool is_worth_a_retry(Errc code) {
    switch (code) {
        case Errc::rejected:
        case Errc::unsupported:
        case Errc::wrong_version:
        case Errc::wrong_device:
        case Errc::look_alike:
        case Errc::cancelled:
            return false;
        default:
            return !is_port_error(code);
    }
}

Timing timing_for(PortUrl::Kind kind, const dialect::Dialect& dialect) {
    constexpr Duration gateway = 1s;
    Timing timing;
    timing.first_character = dialect.patience;
    if (kind == PortUrl::Kind::tcp) {
        timing.first_character += gateway;
        timing.gap = 500ms;
    }
    return timing;
}

Line::Line(Port& port, Time& time, const dialect::Dialect& dialect, Timing timing)
    : port_(port),
      time_(time),
      dialect_(dialect),
      timing_(timing),
      timer_(time.timer()),
      splitter_(wire::Limits{.soi = dialect.soi}),
      statistics_(time.now()) {}

Task<Result<model::Record>> Line::ask(const dialect::Service& service, std::uint8_t address, int tries) {
    return ask(service, address, tries, {}, Patience::full);
}

Task<Result<model::Record>> Line::ask(const dialect::Service& service, std::uint8_t address, int tries,
                                      Patience patience) {
    return ask(service, address, tries, {}, patience);
}

Task<Result<model::Record>> Line::ask(const dialect::Service& service, std::uint8_t address, int tries,
                                      std::span<const model::RequestValue> said) {
    return ask(service, address, tries, said, Patience::full);
}

Task<Result<model::Record>> Line::ask_once(const dialect::Service& service, std::uint8_t address, int tries,
                                           std::span<const model::RequestValue> said, Patience patience) {
    if (tries <= 0) tries = timing_.tries;
    Error last{Errc::timeout, "never asked"};
    for (int attempt = 0; attempt < tries; ++attempt) {
        if (attempt > 0) {
            statistics_.count(address, &LineCounters::retries);
            co_await wait_for_quiet();
        }
        if (is_mistakable(service, address)) {
            const auto stepped = co_await back_in_step(service, address, patience);
            if (!stepped) {
                last = stepped.error();
                if (is_port_error(last.code)) break;
                continue;
            }
        }
        auto answer = co_await exchange(service, address, said, deadline(service, address, patience));
        if (answer) co_return answer;
        last = answer.error();
        if (may_come_late(last.code)) distrust(service, address);
        if (!is_worth_a_retry(last.code)) break;
        if (patience == Patience::learnt && last.code == Errc::timeout) break;
    }
    co_return std::unexpected(std::move(last));
}

Duration Line::deadline(const dialect::Service& service, std::uint8_t address, Patience patience) const {
    const auto most = timing_.first_character;
    return patience == Patience::full ? most : latencies_.deadline(address, service, most);
}

/// Could the answer that is still missing be taken for that to `wanted`?
bool Line::is_mistakable(const dialect::Service& wanted, std::uint8_t address) const {
    const auto* missing = missing_[address].service;
    return missing != nullptr && (missing == &wanted || wanted.contradiction == nullptr);
}

Task<Result<void>> Line::back_in_step(const dialect::Service& wanted, std::uint8_t address,
                                      Patience patience) {
    // Whatever comes of it, afterwards nothing asked before can still be on its way: either the pack answered
    // this, the younger question, or it had time for two full deadlines.
    const auto missing = std::exchange(missing_[address], {});
    const auto* question = step_question(dialect_, wanted);
    if (question == nullptr) co_return Result<void>{};
    const auto most = timing_.first_character;
    const auto rest = missing.asked + 2 * most - time_.now();
    const auto patient = std::clamp(rest, deadline(wanted, address, patience), most);
    const std::span<const model::RequestValue> nothing;
    const auto answer = co_await exchange(*question, address, nothing, patient, &wanted);
    if (answer || is_refusal(answer.error().code)) co_return Result<void>{};
    co_return std::unexpected(answer.error());
}

Task<Result<model::Record>> Line::exchange(const dialect::Service& service, std::uint8_t address,
                                           std::span<const model::RequestValue> said, Duration deadline,
                                           const dialect::Service* wanted) {
    const auto silent_until = last_heard_ + turn_around_characters * port_.character_time();
    if (silent_until > time_.now()) co_await timer_->wait_until(silent_until);
    notice_unread();
    if (taken()) co_return fail(Errc::port_taken, port_.name() + ": another master asks on this line");
    forget_input();

    Exchange now{.service = service,
                 .address = address,
                 .question = wire::encode(dialect::make_request(dialect_, service, address, said)),
                 .sent = {},
                 .first_by = {},
                 .begun = {},
                 .wanted = wanted};
    asked_ = time_.now();
    statistics_.count(address, &LineCounters::exchanges);
    statistics_.characters(now.question.size(), port_.character_time());
    echoes_.sent(now.question, asked_);
    const auto written = co_await port_.write(now.question);
    if (!written) {
        statistics_.refused(address, written.error().code);
        co_return std::unexpected(written.error());
    }
    now.sent = time_.now() + static_cast<Duration::rep>(now.question.size()) * port_.character_time();
    now.first_by = now.sent + deadline;
    const auto before = splitter_.dropped();
    auto answer = co_await hear(now);
    const auto damage = damaged_since(before);
    if (damage && !answer && answer.error().code == Errc::timeout) {
        answer = std::unexpected(*damage);
        distrust(service, address);  // or it was noise, and the answer is late
    }
    const bool spoilt = !answer && Damage::is_sign_of(answer.error().code) &&
                        !faults_.is_recurring(address, service, answer.error());
    if (damage || spoilt) damage_.heard_damaged();
    if (answer) damage_.heard_good();
    ended(now, answer);
    co_return answer;
}

void Line::ended(const Exchange& exchange, const Result<model::Record>& answer) {
    const auto now = time_.now();
    statistics_.ended(asked_, now);
    if (!answer) {
        statistics_.refused(exchange.address, answer.error().code);
        return;
    }
    statistics_.count(exchange.address, &LineCounters::answers);
    statistics_.answered(exchange.address, exchange.begun - exchange.sent, now - asked_);
    latencies_.answered(exchange.address, exchange.service, exchange.begun - exchange.sent);
    missing_[exchange.address] = {};  // the younger question is answered: nothing older can follow
}

Task<Result<model::Record>> Line::hear(Exchange& exchange) {
    while (true) {
        const auto text = co_await next_frame(exchange);
        if (!text) {
            const bool silence = text.error().code == Errc::timeout && exchange.heard.code != Errc::timeout;
            co_return std::unexpected(silence ? exchange.heard : text.error());
        }
        switch (judge(*text, exchange)) {
            case Verdict::answer:
                co_return record_;
            case Verdict::refused:
                co_return std::unexpected(exchange.heard);
            case Verdict::not_ours:
                break;
        }
    }
}

Task<Result<void>> Line::listen(TimePoint until) {
    while (true) {
        notice_unread();
        const auto now = time_.now();
        const auto broken = last_heard_ + timing_.gap;
        if (splitter_.inside() && now >= broken) splitter_.reset();
        const bool inside = splitter_.inside() && now < until + longest_noise;
        if (taken() || (now >= until && !inside)) co_return Result<void>{};
        const auto got = co_await port_.read(buffer_, inside ? broken : until);
        if (got) {
            heard(*got);
            // Bytes come one by one; waking for each would only burn the processor.
            if (until - last_heard_ > listening_doze)
                co_await timer_->wait_until(last_heard_ + listening_doze);
        } else if (got.error().code != Errc::timeout) {
            co_return std::unexpected(got.error());
        }
    }
}

Task<Result<std::string_view>> Line::next_frame(Exchange& exchange) {
    while (true) {
        if (const auto text = splitter_.next(unread_)) co_return *text;
        const bool inside = splitter_.inside();
        const auto rest = static_cast<Duration::rep>(splitter_.missing()) * port_.character_time();
        const auto deadline = inside ? last_heard_ + rest + timing_.gap : exchange.first_by;
        if (inside) co_await doze(last_heard_ + rest);
        const auto got = co_await port_.read(buffer_, deadline);
        // What waited while the process was stopped or the machine asleep is of unknown age.
        const bool in_time = time_.now() < deadline + longest_delay;
        if (got && in_time) {
            heard(*got);
            if (!inside) exchange.begun = last_heard_;
            continue;
        }
        if (!got && got.error().code != Errc::timeout) co_return std::unexpected(got.error());
        if (!inside) {
            co_return fail(Errc::timeout,
                           fmt::format("pack {} did not answer {}", exchange.address, exchange.service.code));
        }
        const auto missing = splitter_.missing();
        splitter_.reset();
        co_return fail(Errc::bad_end,
                       fmt::format("the answer broke off, at least {} characters short", missing));
    }
}

Task<void> Line::doze(TimePoint until) {
    // The rest of the frame is certainly not here before: waking for each byte would only burn the processor.
    if (until - time_.now() > worth_dozing) co_await timer_->wait_until(until);
}

Task<void> Line::wait_for_quiet() {
    const auto give_up = time_.now() + longest_noise;
    while (port_.is_open() && time_.now() < give_up) {
        const auto got = co_await port_.read(buffer_, time_.now() + timing_.quiet);
        if (!got) break;
        unread_ = std::string_view(buffer_.data(), *got);
        notice_unread();
    }
}

void Line::forget_input() {
    unread_ = {};
    splitter_.reset();
    port_.discard_input();
}

void Line::heard(std::size_t count) {
    last_heard_ = time_.now();
    unread_ = std::string_view(buffer_.data(), count);
    statistics_.characters(count, port_.character_time());
}

}  // namespace packwire::bus
