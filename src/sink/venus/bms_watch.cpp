// SPDX-License-Identifier: MIT
#include "sink/venus/bms_watch.hpp"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

namespace packwire::sink::venus {

namespace {

const std::string battery = "com.victronenergy.battery.";
constexpr auto bms_path = "/Info/MaxChargeVoltage";

template <class T>
const T* item_in(const BusClient::Paths& paths, const char* path) {
    const auto found = paths.find(path);
    return found == paths.end() ? nullptr : std::get_if<T>(&found->second);
}

/// Absent: no packwire bank. A bank's /Serial is the last part of its name; that of a pack's service is not.
std::optional<BmsWatch::Rank> packwire_rank(const std::string& service, const BusClient::Paths& paths) {
    const auto* process = item_in<std::string>(paths, "/Mgmt/ProcessName");
    const auto* serial = item_in<std::string>(paths, "/Serial");
    const auto* instance = item_in<std::int32_t>(paths, "/DeviceInstance");
    if (process == nullptr || serial == nullptr || instance == nullptr) return std::nullopt;
    if (*process != "packwire" || battery + *serial != service) return std::nullopt;
    return BmsWatch::Rank(*instance, service);
}

}  // namespace

BmsWatch::BmsWatch(BusClient& bus, const Clock& clock, Hooks hooks, std::string last_ruler)
    : bus_(bus), clock_(clock), hooks_(std::move(hooks)), ruler_(std::move(last_ruler)) {
    if (!ruler_.empty()) {
        words_ = ruler_ + ", which gave the limits in the last run";
        left_at_ = clock_.now();
        hooks_.on_change(ruler_, words_);
    }
    bus_.on_service([this](const std::string& service, bool present) {
        if (present) {
            appeared(service);
        } else if (others_.erase(service) != 0) {
            hooks_.on_due();
        }
    });
    for (const auto& service : bus_.services()) appeared(service);
}

bool BmsWatch::looked() const {
    return std::ranges::none_of(others_, [](const auto& other) { return other.second.looking; });
}

void BmsWatch::appeared(const std::string& service) {
    if (!service.starts_with(battery) || hooks_.is_ours(service)) return;
    others_[service] = {};
    look_at(service);
}

void BmsWatch::look_at(const std::string& service) {
    bus_.get_items(service, [this, service](const auto& paths) { judge(service, paths); });
}

void BmsWatch::judge(const std::string& service, const std::optional<BusClient::Paths>& paths) {
    if (paths) {
        done(service, paths->contains(bms_path), packwire_rank(service, *paths), true);
        return;
    }
    // Services of old do not know GetItems; an error means that there is no such path.
    bus_.get_value(service, bms_path, [this, service](const BusClient::Answer& answer) {
        done(service, answer.value.has_value(), std::nullopt, answer.from_owner);
    });
}

void BmsWatch::done(const std::string& service, bool is_bms, std::optional<Rank> packwire, bool answered) {
    const auto found = others_.find(service);
    if (found == others_.end()) return;  // it has left meanwhile
    auto& other = found->second;
    other.looking = false;
    other.look_at = answered ? TimePoint::max() : clock_.now() + look_again;
    if (answered) {
        other.is_bms = is_bms;
        other.packwire = std::move(packwire);
    }
    hooks_.on_due();
}

std::optional<std::string> BmsWatch::find_ruler(const Rank& own) const {
    std::optional<std::string> found;
    auto lowest = own;
    for (const auto& [service, other] : others_) {
        if (!other.is_bms) continue;
        if (!other.packwire) return service;
        if (*other.packwire >= lowest) continue;
        lowest = *other.packwire;
        found = service;
    }
    return found;
}

std::string BmsWatch::words_for(const std::string& service, const Rank& own) const {
    const auto& other = others_.at(service);
    if (!other.packwire) return service;
    return fmt::format("{}, a packwire bank that comes first: instance {}, ours is {}", service,
                       other.packwire->first, own.first);
}

bool BmsWatch::comes_after(const std::string& service, const Rank& own) const {
    const auto found = others_.find(service);
    return found != others_.end() && found->second.packwire && *found->second.packwire > own;
}

Duration BmsWatch::hold_for(const Rank& own) const {
    const auto before_us = std::ranges::count_if(
        others_, [&](const auto& other) { return other.second.packwire && *other.second.packwire < own; });
    return hold + before_us * hold_a_rank;
}

TimePoint BmsWatch::look_again_at_who_was_silent() {
    auto next = TimePoint::max();
    std::vector<std::string> silent;
    for (auto& [service, other] : others_) {
        if (clock_.now() >= other.look_at) {
            other.look_at = TimePoint::max();
            silent.push_back(service);
        }
        next = std::min(next, other.look_at);
    }
    for (const auto& service : silent) look_at(service);
    return next;
}

void BmsWatch::tell(std::string ruler, std::string words) {
    if (ruler == ruler_ && words == words_) return;
    ruler_ = std::move(ruler);
    words_ = std::move(words);
    hooks_.on_change(ruler_, words_);
}

TimePoint BmsWatch::step() {
    const auto next = look_again_at_who_was_silent();
    const auto own = hooks_.own_rank();
    if (!own) return next;
    const auto now = clock_.now();
    if (const auto found = find_ruler(*own)) {
        left_at_.reset();
        tell(*found, words_for(*found, *own));
        return next;
    }
    if (ruler_.empty()) return next;
    if (comes_after(ruler_, *own)) {  // it is there, and not the one to wait for
        left_at_.reset();
        tell({}, {});
        return next;
    }
    if (!left_at_) left_at_ = now;
    const auto until = *left_at_ + hold_for(*own);
    if (now < until) return std::min(next, until);
    left_at_.reset();
    tell({}, {});
    return next;
}

}  // namespace packwire::sink::venus
