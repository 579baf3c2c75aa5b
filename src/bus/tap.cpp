// SPDX-License-Identifier: MIT
#include "bus/tap.hpp"

#include <fmt/format.h>

#include <algorithm>

namespace packwire::bus {

using namespace std::chrono_literals;

namespace {

/// The inter-pack link answers 84 with 85 where RTN stands. Source: protocol 11.1.
constexpr std::uint8_t link_answer = 0x85;
constexpr std::string_view link_code = "84";
constexpr std::uint8_t parameter_modules = 0xB0;
/// Where a request of B0 names its module.
constexpr std::size_t module_asked = 2;

/// Bytes come one by one; waking for each would only burn the processor. Less than any gap.
constexpr Duration doze = 15ms;
/// After a doze all that has come is read before the next.
constexpr Duration awake = 1ms;
/// A run of bytes that are no frame is told in pieces of this size: some lines never fall silent.
constexpr std::size_t longest_unknown = 256;
/// Timers overflow on an endless wait.
constexpr Duration longest_wait = 1h;
constexpr Duration reopen_min = 200ms;
constexpr Duration reopen_max = 5s;

std::string code_asked(const wire::Frame& request) {
    const auto info = request.info();
    if (request.code != parameter_modules || info.size() <= module_asked) {
        return fmt::format("{:02X}", request.code);
    }
    return fmt::format("{:02X}/{:X}", request.code, info[module_asked]);
}

const dialect::Service* table_of(const dialect::Dialect& dialect, std::string_view code) {
    const auto found = std::ranges::find(dialect.services, code, &dialect::Service::code);
    return found == dialect.services.end() ? nullptr : *found;
}

Error why_no_frame(std::string_view bytes, char soi) {
    if (bytes.front() != soi) {
        return {Errc::bad_start, fmt::format("{} bytes that are no frame", bytes.size())};
    }
    return {Errc::bad_end, fmt::format("a frame broke off after {} bytes", bytes.size())};
}

}  // namespace

TapTiming tap_timing_for(PortUrl::Kind kind) {
    TapTiming timing;
    if (kind == PortUrl::Kind::tcp) timing.gap = 500ms;
    return timing;
}

Tap::Tap(Port& port, Time& time, const dialect::Dialect& dialect, TapListener& listener, TapTiming timing)
    : port_(port),
      time_(time),
      dialect_(dialect),
      listener_(listener),
      timing_(timing),
      timer_(time.timer()),
      splitter_(wire::Limits{.soi = dialect.soi}),
      since_(time.now()) {}

Task<Result<void>> Tap::hear(TimePoint until) {
    while (time_.now() < until) {
        const auto heard = co_await step(until);
        if (!heard) {
            fell_silent();
            co_return heard;
        }
    }
    co_return Result<void>{};
}

Task<Result<bool>> Tap::find_speed(std::vector<std::uint32_t> bauds, TimePoint until) {
    if (bauds.size() < 2) co_return true;
    searching_ = true;
    for (std::size_t i = 0; time_.now() < until; ++i) {
        baud_ = bauds[i % bauds.size()];
        const auto set = port_.set_baud(baud_);
        if (!set) co_return std::unexpected(set.error());
        forget();
        listener_.on_speed(baud_, false);
        const auto end = std::min(until, time_.now() + timing_.dwell);
        while (searching_ && time_.now() < end) {
            const auto heard = co_await step(end);
            if (!heard) co_return std::unexpected(heard.error());
        }
        if (!searching_) co_return true;
    }
    co_return false;
}

Task<void> Tap::run(std::vector<std::uint32_t> bauds) {
    bool speed_known = false;
    auto pause = reopen_min;
    std::string trouble;
    while (true) {
        const auto opened = co_await port_.open();
        Result<void> state = opened;
        if (opened) {
            trouble.clear();
            pause = reopen_min;
            listener_.on_port(opened);
            state = co_await attempt(bauds, speed_known);
        }
        port_.close();
        if (!state && state.error().where != trouble) {
            trouble = state.error().where;
            listener_.on_port(state);
        }
        co_await timer_->wait_until(time_.now() + pause);
        pause = std::min(2 * pause, reopen_max);
    }
}

/// Until the port fails.
Task<Result<void>> Tap::attempt(const std::vector<std::uint32_t>& bauds, bool& speed_known) {
    forget();
    if (!speed_known) {
        const auto found = co_await find_speed(bauds, TimePoint::max());
        if (!found) co_return std::unexpected(found.error());
        speed_known = true;
    }
    co_return co_await hear(TimePoint::max());
}

/// One read, or the end of a silence.
Task<Result<void>> Tap::step(TimePoint until) {
    const bool open_end = !heard_.empty();
    const auto now = time_.now();
    auto deadline = std::min(until, now + longest_wait);
    if (open_end) deadline = std::min(deadline, last_heard_ + timing_.gap);
    const auto got = co_await port_.read(buffer_, deadline);
    if (got) {
        last_heard_ = time_.now();
        take({buffer_.data(), *got});
        co_await rest(until);
        co_return Result<void>{};
    }
    if (got.error().code != Errc::timeout) co_return std::unexpected(got.error());
    if (open_end && time_.now() >= last_heard_ + timing_.gap) fell_silent();
    co_return Result<void>{};
}

/// The rest of a frame is certainly not here before some time: sleeps through a part of that.
Task<void> Tap::rest(TimePoint until) {
    const auto missing = static_cast<Duration::rep>(splitter_.missing()) * port_.character_time();
    if (missing <= doze || last_heard_ < rested_ + awake) co_return;
    rested_ = std::min(until, last_heard_ + doze);
    co_await timer_->wait_until(rested_);
}

/// What was heard so far was of another speed, or of another time.
void Tap::forget() {
    heard_.clear();
    splitter_.reset();
    asked_.reset();
}

void Tap::count_bytes(std::size_t count) {
    statistics_.bytes += count;
    statistics_.busy += static_cast<Duration::rep>(count) * port_.character_time();
}

void Tap::take(std::string_view bytes) {
    count_bytes(bytes.size());
    while (!bytes.empty()) {
        const bool inside = splitter_.inside();
        const auto before = bytes;
        const auto text = splitter_.next(bytes);
        heard_ += before.substr(0, before.size() - bytes.size());
        if (!inside) frame_began_ = time_.now();
        if (text) {
            flush_unknown(text->size());
            judge(*text);
            heard_.clear();
        } else if (!splitter_.inside() && heard_.size() >= longest_unknown) {
            flush_unknown(0);
        }
    }
}

/// A frame that has begun will not go on.
void Tap::fell_silent() {
    splitter_.reset();
    flush_unknown(0);
}

/// Tells what was heard before the last `keep` bytes: no frame.
void Tap::flush_unknown(std::size_t keep) {
    const auto text = std::string_view(heard_).substr(0, heard_.size() - keep);
    if (!text.empty()) {
        statistics_.unknown_bytes += text.size();
        TapMessage message;
        message.text = text;
        message.error = why_no_frame(text, dialect_.soi);
        tell(message);
    }
    heard_.erase(0, text.size());
}

void Tap::judge(std::string_view text) {
    TapMessage message;
    message.text = text;
    const wire::Limits limits{.soi = dialect_.soi};
    if (!wire::parse(text, limits, frame_)) {
        // It may have been the answer, or another request: what follows belongs to neither.
        auto error = wire::explain(text, limits);
        if (asked_) {
            ++counters(asked_->address, asked_->code).bad;
            ++pack(asked_->address).of(error.code);
        }
        asked_.reset();
        bad(message, std::move(error));
        return;
    }
    if (auto error = dialect::check_header(dialect_, frame_)) {
        bad(message, std::move(*error));
        return;
    }
    if (std::exchange(searching_, false)) {
        statistics_ = {};
        since_ = time_.now();
        count_bytes(text.size());
        listener_.on_speed(baud_, true);
    }
    ++statistics_.frames;
    message.address = frame_.address;
    message.info = frame_.info();
    if (dialect::is_request(frame_)) {
        judge_request(message);
    } else {
        judge_answer(message);
    }
}

void Tap::judge_request(TapMessage& message) {
    give_up_request();
    message.kind = TapMessage::Kind::request;
    message.service = dialect::requested_service(dialect_, frame_);
    code_ = code_asked(frame_);
    message.code = code_;
    asked_ = Asked{frame_.address, frame_.code, code_, time_.now()};
    ++counters(frame_.address, code_).requests;
    ++pack(frame_.address).exchanges;
    tell(message);
}

void Tap::judge_answer(TapMessage& message) {
    message.kind = TapMessage::Kind::answer;
    message.rtn = frame_.code;
    const bool link = frame_.code == link_answer;
    const bool refused = frame_.code != 0 && !link;
    const bool fits = asked_ && asked_->address == frame_.address &&
                      (refused || link == (asked_->code == link_code)) &&
                      dialect::may_answer(dialect_, frame_, asked_->cid2);
    message.paired = fits && frame_began_ - asked_->when <= timing_.answer;
    code_.clear();
    if (link) code_ = link_code;
    if (dialect_.echoes) code_ = fmt::format("{:02X}", frame_.device);
    if (message.paired) code_ = asked_->code;
    if (!refused) {
        const auto* table = code_.empty() ? nullptr : table_of(dialect_, code_);
        if (table != nullptr) read_as(message, *table);
        // An answer to an earlier question; that to the last one may follow.
        const bool other = message.error && message.error->code == Errc::bad_layout && !link;
        const bool module_unknown = dialect_.echoes && table == nullptr;
        if (code_.empty() || other || module_unknown) {
            message.paired = recognise(message) ? false : message.paired;
        }
    }
    message.code = code_;
    count_answer(message, refused);
    if (message.paired) {
        statistics_.packs[frame_.address].first_character.add(frame_began_ - asked_->when);
        asked_.reset();
    }
    tell(message);
}

void Tap::count_answer(const TapMessage& message, bool refused) {
    auto& service = counters(frame_.address, code_);
    auto& counts = pack(frame_.address);
    if (refused) {
        ++service.refused;
        ++counts.of(frame_.code == dialect::unsupported_code ? Errc::unsupported : Errc::rejected);
    } else if (message.error) {
        ++service.bad;
        ++counts.of(message.error->code);
        ++statistics_.errors[static_cast<std::size_t>(message.error->code)];
    } else {
        ++service.answers;
        ++counts.answers;
        if (message.record != nullptr) counts.remarks += remarks_of(frame_.address).take(*message.record);
        if (!message.paired) {
            ++service.unasked;
            ++counts.late;
        }
    }
}

void Tap::read_as(TapMessage& message, const dialect::Service& service) {
    auto record = decoder_.decode(service, frame_.info());
    message.service = &service;
    if (record) {
        record_ = *record;
        faults_.heard_good(message.address, service);
    } else if (!is_believed_at_last(record.error(), service)) {
        message.error = std::move(record.error());
        return;
    }
    message.record = &record_;
    message.error.reset();
}

/// A pack whose values are out of range or contradict each other again and again means it, also for whoever
/// only listens.
bool Tap::is_believed_at_last(const Error& error, const dialect::Service& service) {
    if (!faults_.is_confirmed(frame_.address, service, error)) return false;
    ++pack(frame_.address).of(error.code);
    return decoder_.read_unproven(service, frame_.info(), record_);
}

/// By its content. False when nobody knows; the message then stays as it is.
bool Tap::recognise(TapMessage& message) {
    const auto* service = dialect::recognise(decoder_, dialect_, frame_);
    if (service == nullptr) return false;
    code_ = service->code;
    read_as(message, *service);
    return true;
}

/// Nobody answered the last request: another comes.
void Tap::give_up_request() {
    if (asked_) {
        ++counters(asked_->address, asked_->code).unanswered;
        ++pack(asked_->address).of(Errc::timeout);
    }
    asked_.reset();
}

void Tap::bad(TapMessage& message, Error error) {
    message.kind = TapMessage::Kind::bad_frame;
    ++statistics_.errors[static_cast<std::size_t>(error.code)];
    message.error = std::move(error);
    tell(message);
}

TapCounters& Tap::counters(std::uint8_t address, std::string_view code) {
    return statistics_.services[TapStatistics::Key{address, std::string(code)}];
}

void Tap::tell(TapMessage& message) {
    if (searching_) return;
    message.time = time_.wall_now();
    message.when = time_.now();
    using enum TapMessage::Kind;
    if (message.kind == request || message.kind == answer) {
        counters(message.address, message.code).bytes += message.text.size();
    }
    listener_.on_message(message);
}

TapStatistics Tap::statistics() const {
    auto statistics = statistics_;
    statistics.listened = time_.now() - since_;
    if (asked_ && time_.now() - asked_->when > timing_.answer) {
        ++statistics.services[TapStatistics::Key{asked_->address, asked_->code}].unanswered;
        ++statistics.packs[asked_->address].counters.of(Errc::timeout);
    }
    return statistics;
}

}  // namespace packwire::bus
