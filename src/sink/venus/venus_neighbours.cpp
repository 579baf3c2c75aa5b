// SPDX-License-Identifier: MIT
/// VenusSink and what is not its own: settings, other services, and clients that write.
#include <fmt/format.h>

#include <algorithm>
#include <utility>

#include "sink/venus/venus_sink.hpp"

namespace packwire::sink::venus {

namespace {

using namespace std::chrono_literals;

constexpr std::size_t longest_name = 255;

bool is_plain(const std::string& text) {
    return text.size() <= longest_name && std::ranges::none_of(text, [](char c) {
               return static_cast<unsigned char>(c) < 0x20 || c == 0x7F;
           });
}

std::optional<bool> switch_in(const Value& value) {
    if (value == Value{0}) return false;
    if (value == Value{1}) return true;
    return std::nullopt;
}

bool ask(const std::function<bool(bool)>& hook, const Value& value) {
    const auto on = switch_in(value);
    return on && hook && hook(*on);
}

bool ask(const std::function<bool(int)>& hook, const Value& value) {
    const auto* what = std::get_if<std::int32_t>(&value);
    return what != nullptr && *what >= clear_history_all && *what <= clear_history_last && hook &&
           hook(*what);
}

}  // namespace

void VenusSink::look_around() {
    if (neighbours_ || time_.now() < retry_at_) return;
    try {
        neighbours_ = std::make_unique<Neighbours>(neighbours_setup(), time_, executor_, log_);
    } catch (const std::exception& error) {
        bus_failed(error.what());
    }
}

/// With the bus everybody on it has gone.
void VenusSink::forget_neighbours() {
    const auto& requests = options_.requests;
    if (ruled_) take_ruler({}, {});
    take_dvcc(std::nullopt);
    if (requests.on_minimum_soc) requests.on_minimum_soc(std::nullopt);
    if (requests.on_shunt && !options_.shunt.service.empty()) requests.on_shunt({}, time_.now());
}

Neighbours::Setup VenusSink::neighbours_setup() {
    Neighbours::Setup setup;
    setup.dbus = options_.dbus;
    setup.settings_until = settings_until_;
    setup.shunt = options_.shunt;
    // An aggregator that stands on our packs is a BMS, too, and meant to be.
    setup.watch_bms = options_.layout == Layout::bank;
    setup.last_ruler = registry_.ruler();
    const auto on_due = [this] { wake(); };
    setup.settings.on_change = on_due;
    setup.system.on_due = on_due;
    setup.system.on_dvcc = [this](auto on) { take_dvcc(on); };
    setup.system.on_minimum_soc = [this](auto percent) {
        if (options_.requests.on_minimum_soc) options_.requests.on_minimum_soc(percent);
    };
    setup.bms.on_due = on_due;
    setup.bms.is_ours = [this](const auto& service) { return is_ours(service); };
    setup.bms.own_rank = [this] { return bank_rank(); };
    setup.bms.on_change = [this](const auto& ruler, const auto& words) {
        registry_.set_ruler(ruler);
        take_ruler(ruler, words);
    };
    setup.on_shunt.on_due = on_due;
    setup.on_shunt.on_shunt = [this](const Shunt& shunt, TimePoint heard) {
        if (options_.requests.on_shunt) options_.requests.on_shunt(shunt, heard);
    };
    setup.on_broken = [this](const auto& reason) {
        neighbours_failure_ = reason;
        wake();
    };
    return setup;
}

void VenusSink::introduce() {
    if (!neighbours_) return;
    for (const auto* station : in_order()) {
        if (!is_wanted(*station)) continue;
        neighbours_->settings().introduce(station->unique_id(), registry_.instance_of(station->id()),
                                          registry_.name_of(station->id()));
    }
}

void VenusSink::describe() {
    std::map<int, std::string> taken;
    for (auto* station : in_order()) {
        if (is_wanted(*station)) describe(*station, taken);
    }
}

void VenusSink::describe(Station& station, std::map<int, std::string>& taken) {
    auto about = station.about();
    about.product_id = options_.product_id;
    about.as_serialbattery = options_.layout == Layout::serialbattery;
    about.alarms = options_.layout != Layout::bank || options_.pack_alarms;
    about.requests = station.is_bank() ? &options_.requests : nullptr;
    if (station.is_bank() && options_.requests.switches) about.switches = options_.requests.switches();
    if (about.as_serialbattery && options_.requests.pack_limits)
        about.limits = options_.requests.pack_limits(station.id());
    if (neighbours_ && neighbours_->settings().settled(station.unique_id())) {
        if (const auto name = neighbours_->settings().custom_name(station.unique_id()))
            registry_.set_name(station.id(), *name);
        about.instance = instance_for(station, taken);
    }
    about.custom_name = registry_.name_of(station.id());
    station.set_about(std::move(about));
}

/// What settings say, else what it had before; never one that another of ours has.
int VenusSink::instance_for(const Station& station, std::map<int, std::string>& taken) {
    const auto told = neighbours_->settings().instance(station.unique_id());
    auto wanted = told.value_or(registry_.instance_of(station.id()));
    const auto [holder, is_free] = taken.try_emplace(wanted, station.unique_id());
    if (is_free) {
        if (told) registry_.set_instance(station.id(), *told);
        return wanted;
    }
    const auto refused = std::exchange(wanted, Registry::first_instance);
    while (taken.contains(wanted)) ++wanted;
    taken[wanted] = station.unique_id();
    if (station.about().instance != wanted) {
        say_seldom(
            "both " + station.unique_id(), Level::warning,
            fmt::format("venus: {} and {} both have instance {}; the second is {} until that is changed",
                        holder->second, station.unique_id(), refused, wanted));
    }
    return wanted;
}

bool VenusSink::take_write(Station& station, const PathSpec& spec, const Value& value) {
    const auto& requests = options_.requests;
    bool taken = false;
    switch (spec.write) {
        case Write::custom_name:
            return rename(station, std::get<std::string>(value));
        case Write::force_charging_off:
            taken = ask(requests.force_charging_off, value);
            break;
        case Write::force_discharging_off:
            taken = ask(requests.force_discharging_off, value);
            break;
        case Write::full_charge:
            taken = ask(requests.full_charge, value);
            break;
        case Write::clear_history:
            taken = ask(requests.clear_history, value);
            break;
        case Write::nothing:
            break;
    }
    if (taken) {
        say_seldom("set " + spec.path, Level::info,
                   fmt::format("venus: a client set {} to {}", spec.path, text_of(value, spec.format)));
        wake();
    }
    return taken;
}

/// The service shows it by itself.
bool VenusSink::rename(Station& station, const std::string& name) {
    if (!is_plain(name)) return false;
    registry_.set_name(station.id(), name);
    if (neighbours_) neighbours_->settings().set_custom_name(station.unique_id(), name);
    wake();
    return true;
}

void VenusSink::say_nonsense(const Station& station, const PathSpec& spec, const std::string& got) {
    const auto left_out = nonsense_.admit(station.unique_id() + spec.path, time_.now());
    if (!left_out) return;
    say(log_, Level::warning,
        fmt::format("venus: {}{}: a client wrote \"{}\"; refused", station.unique_id(), spec.path,
                    quoted(got)));
}

void VenusSink::take_dvcc(std::optional<bool> on) {
    if (std::exchange(dvcc_, on) == on) return;
    if (options_.requests.on_dvcc) options_.requests.on_dvcc(on);
    if (on == std::optional(false)) {
        say_seldom("dvcc", Level::warning,
                   "venus: DVCC is off, so that chargers do not get our limits; switch it on in the GX menu, "
                   "Settings, DVCC");
    }
}

std::optional<BmsWatch::Rank> VenusSink::bank_rank() {
    const auto found = stations_.find(Registry::bank_id);
    if (!neighbours_ || found == stations_.end()) return std::nullopt;
    const auto& station = *found->second;
    if (!neighbours_->settings().settled(station.unique_id())) return std::nullopt;
    return BmsWatch::Rank(station.about().instance, station.service_name());
}

/// Empty: the limits are ours.
void VenusSink::take_ruler(const std::string& ruler, const std::string& words) {
    ruled_ = !ruler.empty();
    say_seldom("ruler", ruled_ ? Level::warning : Level::info,
               ruled_ ? fmt::format("venus: another BMS gives the limits: {}", words)
                      : "venus: no other BMS gives limits any more");
    if (options_.requests.on_other_bms) options_.requests.on_other_bms(ruled_, words);
}

/// After the loop stood still the first call that waits must not be answered with what was true before.
void VenusSink::before_answer() {
    if (!options_.requests.refresh_ages) return;
    options_.requests.refresh_ages();
    for (auto& [id, station] : stations_) station->refresh_if_new();
}

void VenusSink::say_seldom(const std::string& topic, Level level, const std::string& message) {
    if (const auto passed = messages_.pass(topic, message, time_.now())) say(log_, level, *passed);
}

}  // namespace packwire::sink::venus
