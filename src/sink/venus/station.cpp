// SPDX-License-Identifier: MIT
#include "sink/venus/station.hpp"

#include <algorithm>
#include <chrono>
#include <set>
#include <utility>

namespace packwire::sink::venus {

namespace {

using namespace std::chrono_literals;
using bank::Freshness;

/// Source: bank 11.
constexpr Duration pack_rate = 5s;
constexpr Duration bank_rate = 1s;
constexpr Duration urgent_rate = 1s;
/// Between replacements of a service.
constexpr Duration first_pause = 5s;
constexpr Duration longest_pause = 1min;
/// A service that was on the bus for this long may be replaced at once.
constexpr Duration calm = 10min;

std::vector<Value> values_of(const std::vector<PathSpec>& specs, const View& view) {
    std::vector<Value> values;
    values.reserve(specs.size());
    for (const auto& spec : specs) values.push_back(value_of(spec, view));
    return values;
}

std::vector<PathSpec> missing(std::vector<PathSpec> specs, const Items& items) {
    std::set<std::string> there;
    for (const auto& item : items) there.insert(item.spec.path);
    std::erase_if(specs, [&](const PathSpec& spec) { return there.contains(spec.path); });
    return specs;
}

}  // namespace

View Station::view() const {
    if (pack_) return {*pack_, about_};
    // One of both is there from the first show().
    return {*bank_, about_};  // NOLINT(bugprone-unchecked-optional-access)
}

void Station::show(const bank::Pack& pack) {
    pack_ = pack;
    dirty_ = true;
    const bool live = pack.freshness == Freshness::fresh && shape_of(view()).cells > 0;
    alive_ = pack.freshness != Freshness::gone && (alive_ || live);
}

void Station::show(const bank::Bank& bank) {
    bank_ = bank;
    dirty_ = true;
    alive_ = true;
}

void Station::set_about(About about) {
    if (about == about_) return;
    about_ = std::move(about);
    dirty_ = true;
}

std::optional<TimePoint> Station::replace_at() const {
    if (!service_) return std::nullopt;
    const auto now = shape_of(view());
    if (birth_.shape.limits && !now.limits) return TimePoint::min();
    const auto due = appeared_at_ + pause_;
    if (about_.instance != birth_.instance || now.limits != birth_.shape.limits) return due;
    // The bank only gains paths: it must not leave the bus for a pack that was found.
    const bool other_paths =
        pack_ && pack_->freshness == Freshness::fresh && now.cells > 0 && now != birth_.shape;
    return other_paths ? std::optional(due) : std::nullopt;
}

/// As a client of the present service sees it.
View Station::shown() const {
    shown_about_ = about_;
    shown_about_.instance = birth_.instance;
    if (pack_) return {*pack_, shown_about_};
    return {*bank_, shown_about_};  // NOLINT(bugprone-unchecked-optional-access): as view()
}

void Station::prepare(const std::string& dbus, const asio::any_io_executor& executor, const Hooks& hooks) {
    auto specs = paths_for(view());
    const auto values = values_of(specs, view());
    BatteryService::Setup setup;
    setup.name = service_name();
    setup.dbus = dbus;
    setup.before_answer = hooks.before_answer;
    setup.on_write = [this, write = hooks.on_write](const auto& spec, const auto& value) {
        return write(*this, spec, value);
    };
    setup.on_nonsense = [this, nonsense = hooks.on_nonsense](const auto& spec, const auto& got) {
        nonsense(*this, spec, got);
    };
    setup.on_broken = [this, broken = hooks.on_broken](const auto& reason) {
        failure_ = reason;
        broken();
    };
    failure_.reset();
    next_ = std::make_unique<BatteryService>(std::move(setup), std::move(specs), values, executor);
    next_birth_ = {shape_of(view()), about_.instance};
}

void Station::appear(TimePoint now) {
    service_ = std::move(next_);
    birth_ = next_birth_;
    const bool soon = appeared_at_ != TimePoint{} && now - appeared_at_ < calm;
    pause_ = soon ? std::clamp<Duration>(2 * pause_, first_pause, longest_pause) : Duration{};
    appeared_at_ = now;
    try {
        service_->appear();
    } catch (...) {
        service_.reset();
        throw;
    }
    last_told_ = now;
}

void Station::update() {
    const auto shape = shape_of(view());
    // Limits come only with a service of their own: see replace_at().
    if (bank_ && shape != birth_.shape && shape.limits == birth_.shape.limits) {
        auto specs = missing(paths_for(shown()), service_->items());
        const auto values = values_of(specs, shown());
        service_->add(std::move(specs), values);
        birth_.shape = shape;
    }
    refresh();
}

void Station::refresh_if_new() {
    if (dirty_) refresh();  // and stays dirty: tell() may have more paths to add
}

void Station::refresh() {
    if (!service_ || failure_) return;
    const auto view = shown();
    std::vector<Value> values;
    values.reserve(service_->items().size());
    for (const auto& item : service_->items()) values.push_back(value_of(item.spec, view));
    service_->update(std::move(values));
}

TimePoint Station::tell(TimePoint now) {
    if (!service_ || failure_) return TimePoint::max();
    try {
        if (std::exchange(dirty_, false)) update();
        const auto changes = service_->changes();
        if (!changes.any) return TimePoint::max();
        const auto rate = bank_ ? bank_rate : pack_rate;
        const auto due = last_told_ + (changes.urgent ? urgent_rate : rate);
        if (now < due) return due;
        last_told_ = now;
        service_->tell();
    } catch (const std::exception& error) {
        failure_ = error.what();
    }
    return TimePoint::max();
}

}  // namespace packwire::sink::venus
