// SPDX-License-Identifier: MIT
#include "app/venus_wiring.hpp"

#include <fmt/format.h>
#include <spdlog/spdlog.h>

namespace packwire::app {

namespace {

std::function<bool(bool)> grant(DaemonBank& bank, const Wish& wish) {
    return [&bank, &wish](bool on) {
        bank.wish(wish, on, "on D-Bus");
        return true;
    };
}

sink::venus::Switches switches(const bank::Requests& requests) {
    return {.force_charging_off = requests.charging_off,
            .force_discharging_off = requests.discharging_off,
            .full_charge = requests.full_charge_now};
}

bank::External external(const sink::venus::Shunt& shunt, TimePoint heard) {
    bank::External external;
    external.state_of_charge = shunt.state_of_charge;
    external.current = shunt.current;
    external.when = heard;
    return external;
}

void wire_wishes(sink::venus::BankRequests& requests, DaemonBank& bank) {
    requests.force_charging_off = grant(bank, charging_off);
    requests.force_discharging_off = grant(bank, discharging_off);
    requests.full_charge = grant(bank, full_charge_now);
    requests.switches = [&bank] { return switches(bank.keeper().requests()); };
    requests.clear_history = [&bank](int what) {
        const auto part = bank::history_part(what);
        if (!part) return false;
        bank.keeper().clear_history(*part);
        bank.changed();
        bank.log_seldom(spdlog::level::warn, "history",
                        fmt::format("bank: history was cleared on D-Bus (part {})", what));
        return true;
    };
}

}  // namespace

sink::venus::Options venus_options(const Config& config, Daemon& daemon, DaemonBank& bank) {
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
    wire_wishes(requests, bank);
    requests.on_other_bms = [&bank](bool present, const std::string& who) {
        // At once: a bank that is about to appear must not do so with limits.
        bank.keeper().set_other_bms(present ? who : "");
        bank.changed_now();
    };
    requests.on_minimum_soc = [&bank](std::optional<double> percent) {
        bank.keeper().set_minimum_soc(percent);
        bank.changed();
    };
    requests.on_shunt = [&bank](const sink::venus::Shunt& shunt, TimePoint heard) {
        const bool measures = shunt.state_of_charge || shunt.current;
        bank.keeper().set_external(measures ? std::optional(external(shunt, heard)) : std::nullopt);
        bank.changed();
    };
    requests.refresh_ages = [&daemon] { daemon.refresh_ages(); };
    requests.pack_limits = [&bank](const std::string& id) { return bank.pack_limits(id); };
    return options;
}

}  // namespace packwire::app
