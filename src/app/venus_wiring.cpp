// SPDX-License-Identifier: MIT
#include "app/venus_wiring.hpp"

#include <spdlog/spdlog.h>

namespace packwire::app {

namespace {

using bank::Requests;

/// A wish that is in force from the next step on.
std::function<bool(bool)> wish(DaemonBank& bank, bus::Time& time, bool Requests::* which,
                               std::string_view name) {
    return [&bank, &time, which, name](bool on) {
        auto wanted = bank.keeper().requests();
        if (wanted.*which == on) return true;
        wanted.*which = on;
        bank.keeper().request(wanted, time.now());
        bank.changed();
        spdlog::warn("bank: {} was switched {} on D-Bus", name, on ? "on" : "off");
        return true;
    };
}

sink::venus::Switches switches(const Requests& requests) {
    return {.force_charging_off = requests.charging_off,
            .force_discharging_off = requests.discharging_off,
            .full_charge = requests.full_charge_now};
}

bank::External external(const sink::venus::Shunt& shunt, TimePoint now) {
    bank::External external;
    external.state_of_charge = shunt.state_of_charge;
    external.current = shunt.current;
    external.when = now;
    return external;
}

void wire_wishes(sink::venus::BankRequests& requests, DaemonBank& bank, bus::Time& time) {
    requests.force_charging_off = wish(bank, time, &Requests::charging_off, "charging off");
    requests.force_discharging_off = wish(bank, time, &Requests::discharging_off, "discharging off");
    requests.full_charge = wish(bank, time, &Requests::full_charge_now, "full charge now");
    requests.switches = [&bank] { return switches(bank.keeper().requests()); };
    requests.clear_history = [&bank](int what) {
        const auto part = bank::history_part(what);
        if (!part) return false;
        bank.keeper().clear_history(*part);
        bank.changed();
        spdlog::warn("bank: history was cleared on D-Bus (part {})", what);
        return true;
    };
}

}  // namespace

sink::venus::Options venus_options(const Config& config, DaemonBank& bank, bus::Time& time) {
    sink::venus::Options options;
    options.site = config.site;
    options.dbus = config.venus.dbus;
    options.product_id = config.venus.product_id;
    options.layout =
        config.venus.serialbattery ? sink::venus::Layout::serialbattery : sink::venus::Layout::bank;
    options.pack_alarms = config.venus.pack_alarms;
    options.shunt.service = config.venus.shunt_service;
    options.shunt.current_path = config.venus.shunt_current_path;
    options.shunt.state_of_charge_path = config.venus.shunt_soc_path;
    auto& requests = options.requests;
    wire_wishes(requests, bank, time);
    requests.on_other_bms = [&bank](bool present, const std::string& service) {
        // At once: a bank that is about to appear must not do so with limits.
        bank.keeper().set_other_bms(present ? service : "");
        bank.changed_now();
    };
    requests.on_minimum_soc = [&bank](std::optional<double> percent) {
        bank.keeper().set_minimum_soc(percent);
    };
    requests.on_shunt = [&bank, &time](const sink::venus::Shunt& shunt) {
        const bool measures = shunt.state_of_charge || shunt.current;
        bank.keeper().set_external(measures ? std::optional(external(shunt, time.now())) : std::nullopt);
        bank.changed();
    };
    requests.pack_limits = [&bank](const std::string& id) { return bank.pack_limits(id); };
    return options;
}

}  // namespace packwire::app
