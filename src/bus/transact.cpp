// SPDX-License-Identifier: MIT
#include "bus/transact.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace packwire::bus {

using namespace std::chrono_literals;

namespace {

/// Below this a timer costs more than the bytes that it saves waking for.
constexpr Duration worth_dozing = 2ms;
/// The vendor asks for one character of silence after EOI. Source: protocol 1, turn-around.
constexpr int turn_around_characters = 2;
/// A line that never falls silent is asked all the same.
constexpr Duration longest_noise = 1s;

/// Silence and noise are worth another try, a refusal is not.
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

/// May the pack still be answering?
bool may_come_late(Errc code) {
    return code == Errc::timeout || code == Errc::bad_end || code == Errc::bad_layout;
}

/// Less than any gap.
constexpr Duration listening_doze = 15ms;
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
      splitter_(wire::Limits{.soi = dialect.soi}) {}

Task<Result<model::Record>> Line::ask(const dialect::Service& service, std::uint8_t address, int tries) {
    return ask(service, address, tries, std::span<const model::RequestValue>());
}

Task<Result<model::Record>> Line::ask_once(const dialect::Service& service, std::uint8_t address, int tries,
                                           std::span<const model::RequestValue> said) {
    if (tries <= 0) tries = timing_.tries;
    Error last{Errc::timeout, "never asked"};
    for (int attempt = 0; attempt < tries; ++attempt) {
        if (attempt > 0) {
            ++counters_.retries;
            co_await wait_for_quiet();
        }
        if (is_mistakable(service, address)) {
            const auto stepped = co_await back_in_step(service, address);
            if (!stepped) {
                last = stepped.error();
                if (is_port_error(last.code)) break;
                continue;
            }
        }
        auto answer = co_await exchange(service, address, said);
        if (answer) co_return answer;
        last = answer.error();
        if (may_come_late(last.code)) missing_[address] = &service;
        if (!is_worth_a_retry(last.code)) break;
    }
    co_return std::unexpected(std::move(last));
}

/// Could the answer that is still missing be taken for that to `wanted`?
bool Line::is_mistakable(const dialect::Service& wanted, std::uint8_t address) const {
    const auto* missing = missing_[address];
    return missing != nullptr && (missing == &wanted || wanted.contradiction == nullptr);
}

Task<Result<void>> Line::back_in_step(const dialect::Service& wanted, std::uint8_t address) {
    // Whatever comes of it, afterwards nothing asked before can still be on its way: either the pack answered
    // this, the younger question, or it was silent for a whole deadline more.
    missing_[address] = nullptr;
    const auto* question = step_question(dialect_, wanted);
    if (question == nullptr) co_return Result<void>{};
    const std::span<const model::RequestValue> nothing;
    const auto answer = co_await exchange(*question, address, nothing, &wanted);
    if (answer || is_refusal(answer.error().code)) co_return Result<void>{};
    co_return std::unexpected(answer.error());
}

Task<Result<model::Record>> Line::exchange(const dialect::Service& service, std::uint8_t address,
                                           std::span<const model::RequestValue> said,
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
                 .wanted = wanted};
    ++counters_.exchanges;
    echoes_.sent(now.question, time_.now());
    const auto written = co_await port_.write(now.question);
    if (!written) {
        count(written.error());
        co_return std::unexpected(written.error());
    }
    now.sent = time_.now() + static_cast<Duration::rep>(now.question.size()) * port_.character_time();
    const auto before = splitter_.dropped();
    auto answer = co_await hear(now);
    const auto damage = damaged_since(before);
    if (damage && !answer && answer.error().code == Errc::timeout) {
        answer = std::unexpected(*damage);
        distrust(service, address);  // or it was noise, and the answer is late
    }
    if (damage || (!answer && Damage::is_sign_of(answer.error().code))) damage_.heard_damaged();
    if (answer) {
        damage_.heard_good();
        ++counters_.answers;
        missing_[address] = nullptr;  // the younger question is answered: nothing older can follow
    } else {
        count(answer.error());
    }
    co_return answer;
}

Task<Result<model::Record>> Line::hear(Exchange& exchange) {
    const auto first_by = exchange.sent + timing_.first_character;
    while (true) {
        const auto text = co_await next_frame(first_by, exchange);
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

/// Tables that let INFO go on after their fields, as that of 4F, would take the very answer that is late.
bool Line::is_late(const model::Record& record, const Exchange& exchange) {
    return exchange.wanted != nullptr && !record.surplus().empty() &&
           dialect::try_answer(decoder_, *exchange.wanted, record.info()).has_value();
}

Line::Verdict Line::judge(std::string_view text, Exchange& exchange) {
    if (echoes_.is_echo(text, time_.now())) {
        ++counters_.echoes;
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
        ++counters_.foreign;
        exchange.heard = {Errc::wrong_address,
                          fmt::format("ADR: asked {}, heard {}", exchange.address, frame_.address)};
        return Verdict::not_ours;
    }
    if (!dialect::may_answer(dialect_, frame_, exchange.service.cid2)) {
        ++counters_.late;
        return Verdict::not_ours;
    }
    if (frame_.code != exchange.service.answer_code) return judge_refusal(exchange);
    auto record = decoder_.decode(exchange.service, frame_.info());
    if (record && is_late(*record, exchange)) {
        ++counters_.late;
        return Verdict::not_ours;
    }
    if (record) {
        record_ = *record;
        contradictions_[exchange.address] = 0;
        echoes_.answered(exchange.question);
        return Verdict::answer;
    }
    exchange.heard = record.error();
    if (exchange.heard.code == Errc::inconsistent) return judge_contradiction(exchange);
    if (exchange.heard.code != Errc::bad_layout) return Verdict::refused;
    // Most likely the answer to an earlier question; ours may follow.
    ++counters_.late;
    return Verdict::not_ours;
}

/// Somebody else's frame. One like an answer with an RTN that nobody has written down is none for sure.
Line::Verdict Line::judge_foreign(const Exchange& exchange) {
    ++counters_.foreign;
    const bool maybe_rtn =
        frame_.address == exchange.address && frame_.info().empty() && frame_.code >= first_undocumented_rtn;
    if (!maybe_rtn) masters_.heard(frame_, time_.now());
    return Verdict::not_ours;
}

/// An RTN where a good answer was wanted. While another answer is missing it may be that one's.
Line::Verdict Line::judge_refusal(Exchange& exchange) {
    exchange.heard = refusal(exchange.service, frame_.code);
    auto& missing = missing_[exchange.address];
    if (missing != nullptr && missing != &exchange.service) {
        missing = nullptr;
        ++counters_.late;
        return Verdict::not_ours;
    }
    return Verdict::refused;
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
            last_heard_ = time_.now();
            unread_ = std::string_view(buffer_.data(), *got);
            // Bytes come one by one; waking for each would only burn the processor.
            if (until - last_heard_ > listening_doze)
                co_await timer_->wait_until(last_heard_ + listening_doze);
        } else if (got.error().code != Errc::timeout) {
            co_return std::unexpected(got.error());
        }
    }
}

/// Frames that came while nothing was asked, or behind an answer.
void Line::notice_unread() {
    const wire::Limits limits{.soi = dialect_.soi};
    while (const auto text = splitter_.next(unread_)) {
        if (echoes_.is_echo(*text, time_.now())) {
            ++counters_.echoes;
        } else if (!wire::parse(*text, limits, overheard_)) {
            continue;
        } else if (is_foreign(overheard_, no_service)) {
            ++counters_.foreign;
            masters_.heard(overheard_, time_.now());
        } else {
            ++counters_.late;
        }
    }
}

Task<Result<std::string_view>> Line::next_frame(TimePoint first_by, const Exchange& exchange) {
    while (true) {
        if (const auto text = splitter_.next(unread_)) co_return *text;
        const bool inside = splitter_.inside();
        const auto rest = static_cast<Duration::rep>(splitter_.missing()) * port_.character_time();
        const auto deadline = inside ? last_heard_ + rest + timing_.gap : first_by;
        if (inside) co_await doze(last_heard_ + rest);
        const auto got = co_await port_.read(buffer_, deadline);
        if (got) {
            last_heard_ = time_.now();
            unread_ = std::string_view(buffer_.data(), *got);
            continue;
        }
        if (got.error().code != Errc::timeout) co_return std::unexpected(got.error());
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

void Line::count(const Error& error) {
    ++counters_.refused[static_cast<std::size_t>(error.code)];
}

}  // namespace packwire::bus
