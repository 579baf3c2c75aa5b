// SPDX-License-Identifier: MIT
#include "sink/venus/remote_numbers.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace packwire::sink::venus {

std::optional<double> number_within(const NumberRange& range, const std::optional<Value>& value) {
    const auto real = value ? as_type(*value, Type::real) : std::nullopt;
    const auto* number = real ? std::get_if<double>(&*real) : nullptr;
    if (number == nullptr) return std::nullopt;
    if (*number < range.lowest - range.overshoot || *number > range.highest + range.overshoot)
        return std::nullopt;
    return std::clamp(*number, range.lowest, range.highest);
}

RemoteNumbers::RemoteNumbers(BusClient& bus, const Clock& clock, std::string service,
                             std::vector<Quantity> quantities, Hooks hooks, Log log)
    : bus_(bus),
      clock_(clock),
      service_(std::move(service)),
      hooks_(std::move(hooks)),
      log_(std::move(log)),
      told_(quantities.size()) {
    quantities.push_back({.path = "/Connected", .range = {.lowest = 0, .highest = 1}});
    for (auto& quantity : quantities) followed_.emplace_back().quantity = std::move(quantity);
    bus_.on_service([this](const std::string& name, bool present) {
        if (name != service_) return;
        if (present) {
            appeared();
        } else {
            left();
        }
    });
    bus_.follow(service_, [this](const std::string& path, const Value& value) {
        for (std::size_t i = 0; i < followed_.size(); ++i) {
            if (followed_[i].quantity.path == path) take(i, value);
        }
    });
    if (bus_.has(service_)) appeared();
}

void RemoteNumbers::appeared() {
    present_ = true;
    ++presence_;
    for (auto& one : followed_) {
        one.open = one.answered = one.known = false;
        one.ask_at = clock_.now();
    }
    hooks_.on_due();
}

void RemoteNumbers::left() {
    present_ = false;
    ++presence_;
    for (auto& one : followed_) one.known = false;
    news_ = true;
    hooks_.on_due();
}

void RemoteNumbers::ask(std::size_t i) {
    auto& one = followed_[i];
    one.open = true;
    one.ask_at = clock_.now() + ask_every;
    if (one.quantity.path.empty()) {  // not wanted
        one.answered = true;
        return;
    }
    bus_.get_value(service_, one.quantity.path,
                   [this, i, presence = presence_](const BusClient::Answer& answer) {
                       if (presence == presence_) answered(i, answer);
                   });
}

/// Silence is no answer: what is known stays until it is too old.
void RemoteNumbers::answered(std::size_t i, const BusClient::Answer& answer) {
    followed_[i].open = false;
    if (answer.from_owner) {
        take(i, answer.value);
    } else {
        hooks_.on_due();
    }
}

void RemoteNumbers::take(std::size_t i, const std::optional<Value>& value) {
    auto& one = followed_[i];
    const auto now = clock_.now();
    const bool changed = one.value != value || !one.known;
    one.answered = one.known = true;
    one.heard = now;
    one.value = value;
    if (value && valid(*value) && !number_within(one.quantity.range, value)) log_refused(one, *value);
    // What is heard again keeps the value alive with whoever uses it. An answer may be quicker than the one
    // before, which is then less than a whole round ago.
    if (!changed && !news_ && now < told_heard_ + ask_every / 2) return;
    news_ = true;
    hooks_.on_due();
}

void RemoteNumbers::log_refused(const Followed& one, const Value& value) {
    const auto& range = one.quantity.range;
    const auto message = messages_.pass(
        one.quantity.path,
        fmt::format("venus: {}{}: {} is not used, expected a number from {} to {}", service_,
                    one.quantity.path, quoted(text_of(value, {.decimals = 3})), range.lowest, range.highest),
        clock_.now());
    if (message) say(log_, Level::warning, *message);
}

/// A service without such a path is connected.
bool RemoteNumbers::connected(TimePoint now) const {
    const auto& one = followed_.back();
    if (!present_ || !one.answered || now >= one.heard + silence_max) return false;
    return !one.value || number_within(one.quantity.range, one.value) == 1.0;
}

void RemoteNumbers::tell(TimePoint now) {
    news_ = false;
    tell_at_ = now + pace;
    const bool good = connected(now);
    auto oldest = TimePoint::max();
    for (std::size_t i = 0; i < told_.size(); ++i) {
        const auto& one = followed_[i];
        told_[i] = good && one.known ? number_within(one.quantity.range, one.value) : std::nullopt;
        if (told_[i]) oldest = std::min(oldest, one.heard);
    }
    told_heard_ = oldest == TimePoint::max() ? now : oldest;
    hooks_.on_change();
}

TimePoint RemoteNumbers::step() {
    const auto now = clock_.now();
    auto next = TimePoint::max();
    bool waits = false;  // for the first answers: they are told together
    for (std::size_t i = 0; present_ && i < followed_.size(); ++i) {
        auto& one = followed_[i];
        if (!one.open && now >= one.ask_at) ask(i);
        if (one.known && now >= one.heard + silence_max) {
            one.known = false;
            news_ = true;
        }
        waits = waits || !one.answered;
        if (!one.open) next = std::min(next, one.ask_at);
        if (one.known) next = std::min(next, one.heard + silence_max);
    }
    if (!news_ || waits) return next;
    if (now < tell_at_) return std::min(next, tell_at_);
    tell(now);
    return next;
}

}  // namespace packwire::sink::venus
