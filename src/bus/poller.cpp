// SPDX-License-Identifier: MIT
#include "bus/poller.hpp"

#include <algorithm>
#include <utility>

namespace packwire::bus {

using namespace std::chrono_literals;
using State = PollTarget::State;

namespace {

/// Longer than any exchange with all its tries, or than a gateway takes to be reached.
constexpr Duration longest_step = 30s;

}  // namespace

Poller::Poller(Line& line, Time& time, PollPlan plan, PollListener& listener)
    : line_(line),
      time_(time),
      plan_(std::move(plan)),
      schedule_(plan_, time.now()),
      listener_(listener),
      timer_(time.timer()),
      rounds_(plan_.interval),
      back_off_(plan_.reopen_min) {}

Poller::~Poller() = default;

Duration Poller::longest_exchange() const {
    return line_.timing().tries * line_.timing().first_character;
}

void Poller::promise(TimePoint when) {
    alive_until_ = when == TimePoint::max() ? when : when + longest_step;
}

Task<void> Poller::run() {
    while (true) {
        promise(time_.now());
        co_await keep_open();
        note_master();
        if (line_.taken()) {
            co_await stand_aside();
            continue;
        }
        const auto turn = schedule_.next(time_.now());
        if (!turn) {
            co_await idle();
        } else if (turn->other) {
            co_await ask_other(*turn->target, *turn->other);
        } else {
            co_await ask_live(*turn->target);
        }
    }
}

/// Until something is due, or the line is taken.
Task<void> Poller::idle() {
    constexpr Duration longest = 1h;
    const auto until = std::min(schedule_.next_due(), time_.now() + longest);
    promise(until);
    const auto heard = co_await line_.listen(until);
    if (!heard) port_failed(heard.error());
}

Task<void> Poller::stand_aside() {
    promise(TimePoint::max());  // it lasts as long as the other master does
    rounds_.interrupted();
    const auto heard = co_await bus::stand_aside(
        line_, time_, [this](const TapMessage& message) { listener_.on_overheard(message); });
    if (heard) {
        schedule_.begin_anew(time_.now());
    } else {
        port_failed(heard.error());
    }
}

void Poller::note_master() {
    const bool present = line_.masters().present(time_.now());
    if (std::exchange(master_, present) != present) listener_.on_master(present);
}

Task<void> Poller::keep_open() {
    while (!line_.port().is_open()) {
        rounds_.interrupted();
        const auto opened = co_await line_.port().open();
        if (opened) {
            back_off_ = plan_.reopen_min;
            port_trouble_.clear();
            listener_.on_port(opened);
            co_return;
        }
        if (opened.error().where != port_trouble_) listener_.on_port(opened);
        port_trouble_ = opened.error().where;
        promise(time_.now() + back_off_);
        co_await timer_->wait_until(time_.now() + back_off_);
        back_off_ = std::min(2 * back_off_, plan_.reopen_max);
    }
}

/// When nothing that was asked then can still be answered in time. Until then the line is for others.
TimePoint Poller::settled(TimePoint asked) const {
    return std::max(time_.now(), asked + line_.timing().first_character);
}

/// A pack that answers is known, and asked again in full when it was silent. One that has never been asked
/// deserves the full deadline, as does one that may be slow because it is still busy with another question. A
/// silent one is waited for in full while nobody else has to wait for that; else each second two of its
/// probes are: the question that brings the line back in step takes every other one (docs/adr/0008).
Patience Poller::patience(const PollTarget& target) const {
    if (target.state == State::answering)
        return target.doubtful || target.missed ? Patience::full : Patience::learnt;
    if (target.state == State::unknown) return Patience::full;
    const bool its_turn = target.probes % 4 >= 2;
    const bool nobody_waits = schedule_.spare(time_.now()) > line_.timing().first_character;
    return its_turn || nobody_waits ? Patience::full : Patience::learnt;
}

Task<void> Poller::ask_live(PollTarget& target) {
    const int tries = target.state == State::answering && !target.missed ? 0 : 1;
    const auto asked = time_.now();
    const auto answer = co_await line_.ask(*plan_.live, target.address, tries, patience(target));
    const auto now = time_.now();
    if (!answer) {
        const bool silence = answer.error().code == Errc::timeout;
        rounds_.failed(target.address);
        if (!silence) schedule_.failed(target, now);
        const bool left = silence && schedule_.silent(target, settled(asked), now);
        if (left) rounds_.left(target.address);
        if (!silence || left) report(target, *plan_.live, answer.error());
        co_return;
    }
    rounds_.answered(target.address, now);
    if (schedule_.answered(target, now)) listener_.on_appear(target.address);
    listener_.on_record(target.address, *answer);
}

Task<void> Poller::ask_other(PollTarget& target, std::size_t which) {
    const auto& service = *plan_.others[which].service;
    const bool failed_before = target.others[which].pause > Duration::zero();
    const auto patience = failed_before ? Patience::full : Patience::learnt;
    const auto asked = time_.now();
    const auto answer = co_await line_.ask(service, target.address, 1, patience);
    if (!answer) {
        failed(target, which, answer.error(), asked);
        co_return;
    }
    schedule_.answered(target, which, time_.now());
    listener_.on_record(target.address, *answer);
}

void Poller::failed(PollTarget& target, std::size_t which, Error error, TimePoint asked) {
    const auto& service = *plan_.others[which].service;
    const bool known = target.services.of(service) == model::ServiceState::unsupported;
    if (error.code == Errc::unsupported && !target.services.refused(service)) error.code = Errc::rejected;
    schedule_.failed(target, which, error.code, settled(asked), time_.now());
    if (!known || error.code != Errc::unsupported) report(target, service, error);
}

void Poller::report(const PollTarget& target, const dialect::Service& service, const Error& error) {
    if (error.code == Errc::port_taken) return;  // told by on_master()
    if (is_port_error(error.code)) {
        port_failed(error);
    } else {
        listener_.on_failure(target.address, service, error);
    }
}

void Poller::port_failed(const Error& error) {
    rounds_.interrupted();
    line_.port().close();
    port_trouble_ = error.where;
    listener_.on_port(std::unexpected(error));
}

}  // namespace packwire::bus
