// SPDX-License-Identifier: MIT
#include "bus/poller.hpp"

#include <algorithm>

#include "dialect/polling.hpp"

namespace packwire::bus {

using namespace std::chrono_literals;

namespace {

constexpr auto never = TimePoint::max();

}  // namespace

struct Poller::Target {
    std::uint8_t address = 0;
    TimePoint live_due{};
    TimePoint last_live{};
    bool answering = false;
    Duration probe{};  ///< how long after a silence it is tried again
    Duration probe_max{};
    bool doubtful = false;  ///< another service was silent: is the pack, too?
    model::ServiceStates services;

    struct Other {
        TimePoint due = never;  ///< never while the pack is silent
        Duration pause{};       ///< after the last failure
    };
    std::vector<Other> others;  ///< as PollPlan::others
};

PollPlan poll_plan(const dialect::Dialect& dialect, std::vector<std::uint8_t> addresses, Duration interval) {
    PollPlan plan;
    plan.addresses = std::move(addresses);
    plan.interval = interval;
    plan.live = model::telemetry(dialect);
    const auto* naming = dialect::identity_sources(dialect).best();
    for (const auto* service : dialect::polled_services(dialect)) {
        if (service == plan.live) continue;
        Recurring recurring;
        recurring.service = service;
        recurring.every = service->cadence == model::Cadence::minutely ? Duration(1min) : Duration::zero();
        recurring.first = service == naming;
        plan.others.push_back(recurring);
    }
    std::ranges::stable_partition(plan.others, &Recurring::first);
    return plan;
}

Poller::Poller(Line& line, Time& time, PollPlan plan, PollListener& listener)
    : line_(line), time_(time), plan_(std::move(plan)), listener_(listener), timer_(time.timer()) {
    for (const auto address : plan_.addresses) add(address, TimePoint{}, plan_.probe_min, plan_.probe_max);
    const auto turn = static_cast<Duration::rep>(plan_.candidates.size()) * plan_.candidate_every;
    auto due = time.now();
    for (const auto address : plan_.candidates) add(address, due += plan_.candidate_every, turn, turn);
    back_off_ = plan_.reopen_min;
}

Poller::~Poller() = default;

void Poller::add(std::uint8_t address, TimePoint due, Duration probe, Duration probe_max) {
    Target target;
    target.address = address;
    target.live_due = due;
    target.probe = probe;
    target.probe_max = probe_max;
    target.others.resize(plan_.others.size());
    targets_.push_back(std::move(target));
}

Duration Poller::round() const {
    return round_;
}

Task<void> Poller::run() {
    while (true) {
        co_await keep_open();
        note_master();
        if (line_.taken()) {
            co_await stand_aside();
            continue;
        }
        const bool asked = co_await step();
        if (!asked && !targets_.empty()) co_await idle();
    }
}

/// Until something is due, or the line is taken.
Task<void> Poller::idle() {
    const auto next = std::ranges::min_element(targets_, {}, &Target::live_due)->live_due;
    const auto until = std::min(next, next_other_due());
    const auto heard = co_await line_.listen(until);
    if (!heard) port_failed(heard.error());
}

Task<void> Poller::stand_aside() {
    const auto heard = co_await bus::stand_aside(
        line_, time_, [this](const TapMessage& message) { listener_.on_overheard(message); });
    if (heard) {
        begin_anew();
    } else {
        port_failed(heard.error());
    }
}

void Poller::note_master() {
    const bool present = line_.masters().present(time_.now());
    if (std::exchange(master_, present) != present) listener_.on_master(present);
}

/// After a long silence each pack may be another one. Those that had answered go first.
void Poller::begin_anew() {
    auto due = time_.now();
    for (auto& target : targets_) {
        if (!target.answering) due += plan_.probe_max;
        target.live_due = target.answering ? time_.now() : due;
        target.answering = target.doubtful = false;
        target.probe = plan_.probe_min;
        for (auto& other : target.others) other.due = never;
    }
}

Task<void> Poller::keep_open() {
    while (!line_.port().is_open()) {
        const auto opened = co_await line_.port().open();
        if (opened) {
            back_off_ = plan_.reopen_min;
            port_trouble_.clear();
            listener_.on_port(opened);
            co_return;
        }
        if (opened.error().where != port_trouble_) listener_.on_port(opened);
        port_trouble_ = opened.error().where;
        co_await timer_->wait_until(time_.now() + back_off_);
        back_off_ = std::min(2 * back_off_, plan_.reopen_max);
    }
}

/// Asks what is due. False when nothing is.
Task<bool> Poller::step() {
    const auto now = time_.now();
    const auto answering = std::ranges::count_if(targets_, &Target::answering);
    const auto live = std::ranges::min_element(targets_, {}, &Target::live_due);
    const bool live_due = live != targets_.end() && live->live_due <= now;
    // One other question a round even when telemetry fills the line, else it would wait for ever.
    const bool turn_of_others = live_since_other_ >= std::max<std::ptrdiff_t>(answering, 1);
    const bool asked = co_await ask_one_other(now, live_due && !turn_of_others);
    if (asked) co_return true;
    if (!live_due) co_return false;
    ++live_since_other_;
    co_await ask_live(*live);
    co_return true;
}

Task<bool> Poller::ask_one_other(TimePoint now, bool first_only) {
    if (std::ranges::any_of(targets_, &Target::doubtful)) co_return false;
    for (auto& target : targets_) {
        for (std::size_t i = 0; i < plan_.others.size(); ++i) {
            if (target.others[i].due > now || (first_only && !plan_.others[i].first)) continue;
            if (!plan_.others[i].first) live_since_other_ = 0;
            co_await ask_other(target, i);
            co_return true;
        }
    }
    co_return false;
}

TimePoint Poller::next_other_due() const {
    auto next = never;
    for (const auto& target : targets_) {
        for (const auto& other : target.others) next = std::min(next, other.due);
    }
    return next;
}

Task<void> Poller::ask_live(Target& target) {
    // A pack that is known to be silent costs one timeout, not two.
    const int tries = target.answering ? 0 : 1;
    const auto answer = co_await line_.ask(*plan_.live, target.address, tries);
    const auto now = time_.now();
    target.doubtful = false;
    if (answer) {
        if (!target.answering) appear(target, now);
        if (target.last_live != TimePoint{}) round_ = std::max(now - target.last_live, plan_.interval);
        target.last_live = now;
        target.live_due = std::max(target.live_due + plan_.interval, now);
        listener_.on_record(target.address, *answer);
        co_return;
    }
    report(target, *plan_.live, answer.error());
    if (answer.error().code == Errc::timeout) {
        target.answering = false;
        for (auto& other : target.others) other.due = never;
        target.live_due = now + target.probe;
        target.probe = std::min(2 * target.probe, target.probe_max);
    } else {
        target.live_due = std::max(target.live_due + plan_.interval, now + plan_.probe_min / 10);
    }
}

/// The pack is here, perhaps another than before: everything is asked anew.
void Poller::appear(Target& target, TimePoint now) {
    target.answering = true;
    target.probe = plan_.probe_min;
    target.probe_max = plan_.probe_max;
    target.last_live = {};
    target.live_due = now;
    target.services.clear();
    for (auto& other : target.others) other = {.due = now, .pause = {}};
    listener_.on_appear(target.address);
}

Task<void> Poller::ask_other(Target& target, std::size_t which) {
    const auto& other = plan_.others[which];
    const auto answer = co_await line_.ask(*other.service, target.address, 1);
    if (!answer) {
        failed(target, which, answer.error());
        co_return;
    }
    const auto now = time_.now();
    target.services.answered(*other.service);
    target.others[which].due = other.every > Duration::zero() ? now + other.every : never;
    target.others[which].pause = {};
    listener_.on_record(target.address, *answer);
}

void Poller::failed(Target& target, std::size_t which, Error error) {
    const auto& service = *plan_.others[which].service;
    auto& other = target.others[which];
    const auto now = time_.now();
    const bool known = target.services.of(service) == model::ServiceState::unsupported;
    if (error.code == Errc::unsupported && !target.services.refused(service)) error.code = Errc::rejected;
    if (error.code == Errc::timeout) {
        target.doubtful = true;
        target.live_due = std::min(target.live_due, now);
    }
    other.pause = std::clamp(2 * other.pause, plan_.retry_min, plan_.retry_max);
    other.due = now + (error.code == Errc::unsupported ? plan_.unsupported : other.pause);
    if (!known || error.code != Errc::unsupported) report(target, service, error);
}

void Poller::report(const Target& target, const dialect::Service& service, const Error& error) {
    if (error.code == Errc::port_taken) return;  // told by on_master()
    if (is_port_error(error.code)) {
        port_failed(error);
    } else {
        listener_.on_failure(target.address, service, error);
    }
}

void Poller::port_failed(const Error& error) {
    line_.port().close();
    port_trouble_ = error.where;
    listener_.on_port(std::unexpected(error));
}

}  // namespace packwire::bus
