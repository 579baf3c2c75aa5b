// SPDX-License-Identifier: MIT
#include "bus/schedule.hpp"

#include <algorithm>
#include <utility>

#include "dialect/polling.hpp"

namespace packwire::bus {

using namespace std::chrono_literals;
using State = PollTarget::State;

namespace {

/// Telemetry exchanges on a full line. With fewer fillers fifteen packs would wait minutes for their limits.
constexpr std::ptrdiff_t longest_without_filler = 4;
constexpr auto never = TimePoint::max();

Duration period(model::Cadence cadence) {
    switch (cadence) {
        case model::Cadence::minutely:
            return 1min;
        case model::Cadence::ten_minutely:
            return 10min;
        case model::Cadence::daily:
            return 24h;
        default:
            return Duration::zero();
    }
}

}  // namespace

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
        recurring.every = period(service->cadence);
        recurring.first = service == naming;
        recurring.limits = dialect::tells_limits(*service);
        plan.others.push_back(recurring);
    }
    std::ranges::stable_partition(plan.others, &Recurring::limits);
    std::ranges::stable_partition(plan.others, &Recurring::first);
    return plan;
}

Schedule::Schedule(const PollPlan& plan, TimePoint now) : plan_(plan) {
    for (const auto address : plan_.addresses)
        add(address, State::unknown, TimePoint{}, plan_.probe_min, plan_.probe_max);
    const auto turn = static_cast<Duration::rep>(plan_.candidates.size()) * plan_.candidate_every;
    for (const auto address : plan_.candidates)
        add(address, State::silent, now += plan_.candidate_first, turn, turn);
}

void Schedule::add(std::uint8_t address, State state, TimePoint due, Duration probe, Duration probe_max) {
    PollTarget target;
    target.address = address;
    target.state = state;
    target.live_due = due;
    target.probe = probe;
    target.probe_max = probe_max;
    target.others.resize(plan_.others.size());
    targets_.push_back(std::move(target));
}

/// Whose telemetry is due first, of those in that state; null when there is none.
PollTarget* Schedule::live(State state) {
    PollTarget* first = nullptr;
    for (auto& target : targets_) {
        if (target.state != state) continue;
        if (first == nullptr || target.live_due < first->live_due) first = &target;
    }
    return first;
}

TimePoint Schedule::due(const Turn& turn) {
    if (turn.target == nullptr) return never;
    return turn.other ? turn.target->others[*turn.other].due : turn.target->live_due;
}

/// What has waited longest; of equals the more important. First come, first served, else a line with more to
/// do than it has time for would never get to the last pack.
Schedule::Turn Schedule::best_other(Kind kind) {
    Turn best;
    for (std::size_t i = 0; i < plan_.others.size(); ++i) {
        if (kind_of(plan_.others[i]) != kind) continue;
        for (auto& target : targets_) {
            if (!target.doubtful && target.others[i].due < due(best)) best = Turn{&target, i};
        }
    }
    return best;
}

Schedule::Kind Schedule::kind_of(const Recurring& recurring) {
    if (recurring.first) return Kind::naming;
    return recurring.limits ? Kind::limits : Kind::rest;
}

/// Who a pack is, whether it is there at all, and what limits it: in this order over all packs.
std::optional<Schedule::Turn> Schedule::greeting(TimePoint now) {
    if (const auto naming = best_other(Kind::naming); due(naming) <= now) return naming;
    auto* unknown = live(State::unknown);
    if (unknown != nullptr && unknown->live_due <= now) return Turn{unknown, std::nullopt};
    const auto limits = best_other(Kind::limits);
    return due(limits) <= now ? std::optional(limits) : std::nullopt;
}

std::optional<Schedule::Turn> Schedule::filler(TimePoint now) {
    const Turn probe{live(State::silent), std::nullopt};
    const auto other = best_other(Kind::rest);
    const auto& first = due(probe) < due(other) ? probe : other;
    return due(first) <= now ? std::optional(first) : std::nullopt;
}

std::optional<Schedule::Turn> Schedule::next(TimePoint now) {
    const auto answering = std::ranges::count(targets_, State::answering, &PollTarget::state);
    auto* telemetry = live(State::answering);
    const bool live_due = telemetry != nullptr && telemetry->live_due <= now;
    if (!live_due && uneven_) spread(now);
    if (const auto turn = gap(now, live_due, answering)) return turn;
    if (!live_due) return std::nullopt;
    ++live_since_gap_;
    ++live_since_filler_;
    return Turn{telemetry, std::nullopt};
}

/// What fills the gap before telemetry that is not due yet; or the one exchange that it waits for, if it is.
std::optional<Schedule::Turn> Schedule::gap(TimePoint now, bool live_due, std::ptrdiff_t answering) {
    if (live_due && live_since_gap_ == 0) return std::nullopt;
    auto turn = greeting(now);
    if (!turn && (!live_due || live_since_filler_ >= std::min(answering, longest_without_filler))) {
        turn = filler(now);
        if (turn) live_since_filler_ = 0;
    }
    if (turn) live_since_gap_ = 0;
    return turn;
}

TimePoint Schedule::next_due() const {
    auto next = never;
    for (const auto& target : targets_) {
        next = std::min(next, target.live_due);
        if (target.doubtful) continue;
        for (const auto& other : target.others) next = std::min(next, other.due);
    }
    return next;
}

Duration Schedule::spare(TimePoint now) const {
    auto next = never;
    for (const auto& target : targets_) {
        if (target.state == State::answering) next = std::min(next, target.live_due);
    }
    return std::max(next - now, Duration::zero());
}

/// Telemetry at equal distances, the last where it is. Nobody is asked later than he would be, so where that
/// is not possible now it is left for later.
void Schedule::spread(TimePoint now) {
    std::vector<PollTarget*> packs;
    for (auto& target : targets_) {
        if (target.state == State::answering) packs.push_back(&target);
    }
    if (packs.empty()) return;
    std::ranges::sort(packs, {}, &PollTarget::live_due);
    const auto step = plan_.interval / static_cast<Duration::rep>(packs.size());
    const auto place = [&](std::size_t i) {
        return packs.back()->live_due - static_cast<Duration::rep>(packs.size() - 1 - i) * step;
    };
    for (std::size_t i = 0; i < packs.size(); ++i) {
        if (place(i) < now || place(i) > packs[i]->live_due) return;
    }
    for (std::size_t i = 0; i < packs.size(); ++i) packs[i]->live_due = place(i);
    uneven_ = false;
}

bool Schedule::answered(PollTarget& target, TimePoint now) {
    const bool appears = target.state != State::answering;
    target.doubtful = target.missed = false;
    if (appears) {
        // Perhaps another pack than before: everything is asked anew.
        target.state = State::answering;
        target.probe = plan_.probe_min;
        target.probe_max = plan_.probe_max;
        target.probes = 0;
        target.live_due = now;
        target.services.clear();
        for (auto& other : target.others) other = {.due = now, .pause = {}};
    }
    target.live_due += plan_.interval;
    uneven_ = uneven_ || appears || target.live_due < now;
    target.live_due = std::max(target.live_due, now);
    return appears;
}

bool Schedule::silent(PollTarget& target, TimePoint again, TimePoint now) {
    if (target.state == State::answering) {
        uneven_ = true;
        target.live_due = again;
        if (!std::exchange(target.missed, true)) return false;
    }
    target.state = State::silent;
    target.doubtful = target.missed = false;
    for (auto& other : target.others) other.due = never;
    target.live_due = now + target.probe;
    target.probe = std::min(2 * target.probe, target.probe_max);
    ++target.probes;
    return true;
}

void Schedule::failed(PollTarget& target, TimePoint now) const {
    target.doubtful = target.missed = false;
    target.live_due = std::max(target.live_due + plan_.interval, now + plan_.probe_min / 10);
}

void Schedule::answered(PollTarget& target, std::size_t other, TimePoint now) {
    const auto& recurring = plan_.others[other];
    target.services.answered(*recurring.service);
    target.others[other].due = recurring.every > Duration::zero() ? now + recurring.every : never;
    target.others[other].pause = {};
}

void Schedule::failed(PollTarget& target, std::size_t which, Errc code, TimePoint again, TimePoint now) {
    auto& other = target.others[which];
    if (code == Errc::timeout) {
        target.doubtful = true;
        target.live_due = std::min(target.live_due, again);
    }
    other.pause = std::clamp(2 * other.pause, plan_.retry_min, plan_.retry_max);
    other.due = now + (code == Errc::unsupported ? plan_.unsupported : other.pause);
}

void Schedule::begin_anew(TimePoint now) {
    auto due = now;
    for (auto& target : targets_) {
        const bool was_there = target.state == State::answering;
        if (!was_there) due += plan_.probe_max;
        target.live_due = was_there ? now : due;
        target.state = was_there ? State::unknown : State::silent;
        target.doubtful = target.missed = false;
        target.probe = plan_.probe_min;
        for (auto& other : target.others) other.due = never;
    }
}

}  // namespace packwire::bus
