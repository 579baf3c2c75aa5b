// SPDX-License-Identifier: MIT
#include "bus/poller.hpp"

#include <algorithm>

#include "dialect/polling.hpp"

namespace packwire::bus {

using namespace std::chrono_literals;

namespace {

constexpr Duration retry_other = 2s;
constexpr auto never = TimePoint::max();

}  // namespace

struct Poller::Target {
    std::uint8_t address = 0;
    TimePoint live_due{};
    TimePoint last_live{};
    bool answering = false;
    Duration probe{};  ///< how long after a silence it is tried again
    Duration probe_max{};
    std::vector<TimePoint> other_due;  ///< as PollPlan::others; never while the pack is silent
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
    target.other_due.assign(plan_.others.size(), never);
    targets_.push_back(std::move(target));
}

Duration Poller::round() const {
    return round_;
}

Task<void> Poller::run() {
    while (true) {
        co_await keep_open();
        const bool asked = co_await step();
        if (asked || targets_.empty()) continue;
        const auto next = std::ranges::min_element(targets_, {}, &Target::live_due)->live_due;
        co_await timer_->wait_until(std::min(next, next_other_due()));
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
    for (auto& target : targets_) {
        for (std::size_t i = 0; i < plan_.others.size(); ++i) {
            if (target.other_due[i] > now || (first_only && !plan_.others[i].first)) continue;
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
        for (const auto due : target.other_due) next = std::min(next, due);
    }
    return next;
}

Task<void> Poller::ask_live(Target& target) {
    // A pack that is known to be silent costs one timeout, not two.
    const int tries = target.answering ? 0 : 1;
    const auto answer = co_await line_.ask(*plan_.live, target.address, tries);
    const auto now = time_.now();
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
        std::ranges::fill(target.other_due, never);
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
    std::ranges::fill(target.other_due, now);
    listener_.on_appear(target.address);
}

Task<void> Poller::ask_other(Target& target, std::size_t which) {
    const auto& other = plan_.others[which];
    const auto answer = co_await line_.ask(*other.service, target.address, 1);
    const auto now = time_.now();
    auto& due = target.other_due[which];
    if (answer) {
        due = other.every > Duration::zero() ? now + other.every : never;
        listener_.on_record(target.address, *answer);
        co_return;
    }
    // Firmware that refuses a question will not change its mind.
    due = is_refusal(answer.error().code) ? never : now + retry_other;
    report(target, *other.service, answer.error());
}

void Poller::report(const Target& target, const dialect::Service& service, const Error& error) {
    if (is_port_error(error.code)) {
        line_.port().close();
        port_trouble_ = error.where;
        listener_.on_port(std::unexpected(error));
        return;
    }
    listener_.on_failure(target.address, service, error);
}

}  // namespace packwire::bus
