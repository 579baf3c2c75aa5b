// SPDX-License-Identifier: MIT
#include "sink/venus/watches.hpp"

#include <utility>

namespace packwire::sink::venus {

namespace {

constexpr auto battery = "com.victronenergy.battery.";
constexpr auto is_bms = "/Info/MaxChargeVoltage";

}  // namespace

BmsWatch::BmsWatch(BusClient& bus, Hooks hooks) : bus_(bus), hooks_(std::move(hooks)) {
    bus_.on_service([this](const std::string& service, bool present) {
        if (present) {
            look_at(service);
        } else {
            left(service);
        }
    });
    for (const auto& service : bus_.services()) look_at(service);
}

void BmsWatch::look_at(const std::string& service) {
    if (!service.starts_with(battery) || hooks_.is_ours(service)) return;
    looking_.insert(service);
    bus_.get_paths(service, [this, service](const auto& paths) {
        if (paths) {
            judge(service, paths->contains(is_bms));
            return;
        }
        // Services of old do not know GetItems; an error means that there is no such path.
        bus_.get_value(service, is_bms,
                       [this, service](const auto& value) { judge(service, value.has_value()); });
    });
}

void BmsWatch::judge(const std::string& service, bool is_bms) {
    const bool first = found_.empty();
    if (is_bms && bus_.has(service) && found_.insert(service).second && first)
        hooks_.on_change(true, service);
    if (looking_.erase(service) != 0 && looking_.empty()) hooks_.on_looked();
}

void BmsWatch::left(const std::string& service) {
    if (found_.erase(service) != 0 && found_.empty()) hooks_.on_change(false, service);
}

ShuntWatch::ShuntWatch(BusClient& bus, ShuntPath where, std::function<void(const Shunt&)> on_change)
    : bus_(bus), where_(std::move(where)), on_change_(std::move(on_change)) {
    bus_.on_service([this](const std::string& service, bool present) {
        if (service != where_.service) return;
        if (present) {
            read();
        } else if (std::exchange(shunt_, {}) != Shunt{}) {
            on_change_(shunt_);
        }
    });
    bus_.follow(where_.service, [this](const auto& path, const auto& value) { take(path, value); });
    if (bus_.has(where_.service)) read();
}

void ShuntWatch::read() {
    for (const auto& path : {where_.current_path, where_.state_of_charge_path}) {
        if (path.empty()) continue;
        bus_.get_value(where_.service, path, [this, path](const auto& value) { take(path, value); });
    }
}

void ShuntWatch::take(const std::string& path, const std::optional<Value>& value) {
    const auto real = value ? as_type(*value, Type::real) : std::nullopt;
    const auto number = real ? std::optional(std::get<double>(*real)) : std::nullopt;
    auto now = shunt_;
    if (path == where_.current_path) now.current = number;
    if (path == where_.state_of_charge_path) now.state_of_charge = number;
    if (now == shunt_) return;
    shunt_ = now;
    on_change_(shunt_);
}

}  // namespace packwire::sink::venus
