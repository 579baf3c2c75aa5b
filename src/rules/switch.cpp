// SPDX-License-Identifier: MIT
#include "rules/switch.hpp"

namespace packwire::rules {

std::string_view words(Because because) {
    switch (because) {
        case Because::nothing:
            return "nothing known yet";
        case Because::when:
            return "when";
        case Because::until:
            return "until";
        case Because::window:
            return "outside between";
        case Because::unknown:
            return "value unknown";
        case Because::stale:
            return "value stale";
        case Because::stopped:
            return "stopped";
        case Because::delay:
            return "waits for delay";
        case Because::minimum_on:
            return "waits for minimum_on";
        case Because::minimum_off:
            return "waits for minimum_off";
    }
    return "";
}

Switch::Switch(const Rule& rule, TimePoint now, const std::optional<Remembered>& before)
    : rule_(&rule), known_at_(now) {
    if (!before) return;
    on_ = before->on;
    since_ = now - before->age;
}

bool Switch::step(const Seen& seen, TimePoint now, std::chrono::minutes time_of_day) {
    due_.reset();
    const bool known = seen.when && (!rule_->until || seen.until);
    if (!known) return step_unknown(seen.stale, now);
    known_at_ = now;
    return step_known(seen, now, time_of_day);
}

/// An absent value switches nothing by itself: first it has to be absent for a while, or known to be stale.
bool Switch::step_unknown(bool stale, TimePoint now) {
    if (!stale && now - known_at_ < rule_->stale_after) {
        because_ = decided_ ? Because::unknown : Because::nothing;
        return false;
    }
    wish_.reset();
    if (rule_->on_stale == OnStale::keep) {
        because_ = Because::stale;
        return false;
    }
    const bool on = rule_->on_stale == OnStale::on;
    // Off is safe at once. To be off for a minimum time protects what is switched, so on has to wait.
    if (on && !on_ && since_ && now < *since_ + rule_->minimum_off)
        return wait(Because::minimum_off, *since_ + rule_->minimum_off);
    return on == on_ ? remain(Because::stale) : become(on, Because::stale, now);
}

bool Switch::step_known(const Seen& seen, TimePoint now, std::chrono::minutes time_of_day) {
    const bool inside = !rule_->between || contains(*rule_->between, time_of_day);
    const bool begins = seen.when && holds(rule_->when, *seen.when);
    const bool ends = rule_->until ? seen.until && holds(*rule_->until, *seen.until) : !begins;
    if (on_) {
        if (!inside) return want(false, Because::window, Duration::zero(), now);
        if (ends) return want(false, Because::until, rule_->delay_off, now);
        wish_.reset();
        return remain(Because::when);
    }
    if (inside && begins && !ends) return want(true, Because::when, rule_->delay, now);
    wish_.reset();
    return remain(inside ? Because::until : Because::window);
}

/// It is to switch, as soon as delay and minimum time allow.
bool Switch::want(bool on, Because because, Duration delay, TimePoint now) {
    if (!wish_) wish_ = now;
    const auto minimum = on ? rule_->minimum_off : rule_->minimum_on;
    if (now < *wish_ + delay) return wait(Because::delay, *wish_ + delay);
    if (since_ && now < *since_ + minimum) {
        return wait(on ? Because::minimum_off : Because::minimum_on, *since_ + minimum);
    }
    return become(on, because, now);
}

bool Switch::become(bool on, Because because, TimePoint now) {
    on_ = on;
    since_ = now;
    wish_.reset();
    decided_ = true;
    because_ = because;
    return true;
}

bool Switch::remain(Because because) {
    because_ = because;
    const bool first = !decided_;
    decided_ = true;
    return first;
}

bool Switch::wait(Because because, TimePoint due) {
    due_ = due;
    return remain(because);
}

bool Switch::stop(TimePoint now) {
    due_.reset();
    if (rule_->on_stale == OnStale::keep) return false;
    const bool on = rule_->on_stale == OnStale::on;
    if (on != on_) return become(on, Because::stopped, now);
    remain(Because::stopped);
    return true;
}

}  // namespace packwire::rules
