// SPDX-License-Identifier: MIT
#include "rules/teller.hpp"

#include <algorithm>
#include <utility>

namespace packwire::rules {

namespace {

using namespace std::chrono_literals;

constexpr Duration most_pause = 60s;
constexpr unsigned attempts_at_the_end = 2;

/// 1, 2, 4 … 60 s.
Duration pause_after(unsigned failures) {
    constexpr unsigned doublings = 6;
    const auto shift = std::min(failures - 1, doublings);
    return std::min<Duration>(std::chrono::seconds(1U << shift), most_pause);
}

}  // namespace

Teller::Teller(std::unique_ptr<Actor> actor, bus::Time& time, Duration repeat, Changed changed)
    : actor_(std::move(actor)), time_(time), repeat_(repeat), changed_(std::move(changed)) {}

void Teller::want(Message message) {
    wish_ = std::move(message);
    failures_ = 0;
    fresh_ = busy_;
    if (!busy_) start();
}

void Teller::want_last(Message message) {
    last_ = true;
    last_attempts_ = attempts_at_the_end;
    want(std::move(message));
}

void Teller::step() {
    if (!busy_ && time_.now() >= due_) start();
}

void Teller::start() {
    if (!wish_) return;
    busy_ = true;
    fresh_ = false;
    due_ = TimePoint::max();
    if (last_ && last_attempts_ > 0) --last_attempts_;
    actor_->tell(*wish_, [this, on = wish_->on](const Result<void>& result) { finished(on, result); });
}

void Teller::finished(bool on, const Result<void>& result) {
    busy_ = false;
    if (result) told_ = on;
    const auto before = std::exchange(trouble_, result ? std::string() : result.error().where);
    failures_ = result ? 0 : failures_ + 1;
    if (result && repeat_ > Duration::zero()) due_ = time_.now() + repeat_;
    if (!result && !last_) due_ = time_.now() + pause_after(failures_);
    if (before != trouble_ && changed_) changed_(*this);
    if (fresh_ || (!result && last_ && last_attempts_ > 0)) start();
}

}  // namespace packwire::rules
