// SPDX-License-Identifier: MIT
/// What a battery service says of itself, and what follows from several quantities on Venus alone.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "bank/identity.hpp"
#include "sink/venus/paths.hpp"

namespace packwire::sink::venus {

namespace {

using bank::Freshness;
using model::metric;
using model::Scope;

/// Values of /State. Source: victron 1.2.
constexpr std::int32_t initialising = 0;
constexpr std::int32_t running = 9;
constexpr std::int32_t error = 10;
constexpr std::int32_t standby = 14;

constexpr double least_current = 0.1;  // A; below it is noise, and the answer weeks
constexpr double seconds_per_hour = 3600;

template <std::int32_t number>
Value always(const View& /*view*/) {
    return number;
}

Value process_name(const View& /*view*/) {
    return "packwire";
}
Value process_version(const View& /*view*/) {
    return PACKWIRE_VERSION;
}

Value pack_connection(const View& view) {
    const auto& identity = view.pack()->snapshot.identity;
    return bus_text(fmt::format("{} address {}", identity.bus, identity.address));
}
Value bank_connection(const View& view) {
    const auto count = view.bank()->members.size();
    return fmt::format("{} pack{}", count, count == 1 ? "" : "s");
}

Value instance(const View& view) {
    return view.about().instance;
}
Value product_id(const View& view) {
    return view.about().product_id;
}
Value pack_product_name(const View& view) {
    // Aggregators look for the first word. Source: peer d.
    const std::string maker = view.about().as_serialbattery ? "SerialBattery (Daren)" : "Daren battery";
    const auto code = view.text(metric("product_code"));
    return code.empty() ? Value{maker} : Value{bus_text(maker + ' ' + code)};
}
/// The same with one pack as with fifteen: a pack that is found later changes no name.
Value bank_product_name(const View& /*view*/) {
    return "Daren battery bank";
}
Value bank_serial(const View& view) {
    return "packwire_" + bank::reduced(view.bank()->site);
}
Value custom_name(const View& view) {
    return view.about().custom_name;
}
Value pack_device_name(const View& view) {
    return bus_text(view.pack()->snapshot.identity.id);
}
Value bank_device_name(const View& view) {
    return bus_text(view.bank()->site);
}

/// A bank without any pack still is the battery: without it systemcalc would look for another. Source: bank
/// 1, 7.
Value connected(const View& view) {
    return view.pack() != nullptr && view.lost() ? 0 : 1;
}

std::string_view word_for(Freshness freshness) {
    if (freshness == Freshness::fresh) return "Connected";
    return freshness == Freshness::stale ? "Silent" : "Lost";
}

/// "Connected; JD2M02150861 is lost".
Value connection_information(const View& view) {
    std::string text(word_for(view.freshness()));
    if (view.bank() == nullptr || !view.fresh()) return text;
    for (const auto& member : view.bank()->members) {
        if (member.freshness == Freshness::fresh) continue;
        text +=
            fmt::format("; {} is {}", member.id, member.freshness == Freshness::stale ? "silent" : "lost");
    }
    return bus_text(text);
}

/// The packs' own words are in the status words; Venus knows only whether the MOSFETs conduct.
Value state(const View& view) {
    if (view.lost()) return error;
    if (!view.fresh()) return {};
    const auto charge = view.value(metric("charge_allowed"));
    const auto discharge = view.value(metric("discharge_allowed"));
    if (!charge || !discharge) return initialising;
    return *charge == 0 && *discharge == 0 ? standby : running;
}

/// 3 on, 4 off. Source: peer a.
Value mode(const View& view) {
    const auto now = state(view);
    if (now == Value{running}) return 3;
    return now == Value{standby} ? Value{4} : Value{};
}

/// Seconds until the charge is `wanted` Ah; invalid while the current does not lead there.
Value time_until(const View& view, std::optional<double> wanted) {
    if (!view.fresh() || !wanted) return {};
    const auto current = view.value(metric("pack_current"));
    const auto remaining = view.value(metric("remaining_capacity"));
    if (!current || !remaining || std::abs(*current) < least_current) return {};
    const auto hours = (*wanted - *remaining) / *current;
    return hours < 0 ? Value{} : Value{std::round(hours * seconds_per_hour)};
}

/// Until empty; invalid unless it is discharging.
Value pack_time_to_go(const View& view) {
    const auto current = view.value(metric("pack_current"));
    return current && *current < 0 ? time_until(view, 0.0) : Value{};
}

template <int percent>
Value time_to_soc(const View& view) {
    const auto full = view.value(metric("full_charge_capacity"));
    return time_until(view, full ? std::optional(*full * percent / 100) : std::nullopt);
}

Value controls_voltage(const View& view) {
    return view.limits() != nullptr ? 1 : 0;
}

/// Ah, negative by Victron's convention. Source: peer a, dbus_modbustcp (scale -10).
Value total_drawn(const View& view) {
    const auto drawn = view.value(metric("total_discharge_capacity"));
    return drawn ? Value{tidy(-*drawn)} : Value{};
}

/// 0 unknown, 1 balanced, 2 balancing, 3 imbalance.
Value balancer(const View& view) {
    const auto active = view.value(metric("balancing"));
    if (!view.fresh() || !active) return 0;
    if (*active != 0) return 2;
    return view.level(model::Alarm::cell_imbalance).value_or(0) != 0 ? 3 : 1;
}

Value online(const View& view) {
    return view.lost() ? 0 : 1;
}
Value offline(const View& view) {
    return view.lost() ? 1 : 0;
}
Value parallel(const View& view) {
    return static_cast<std::int32_t>(view.bank()->members.size());
}

/// "Cell sensor 2", where there is such a sensor.
template <std::size_t number>
Value sensor_name(const View& view) {
    if (view.count(metric("cell_temperature")) < number) return {};
    return fmt::format("Cell sensor {}", number);
}

Value on(bool is_on) {
    return is_on ? 1 : 0;
}
Value charging_off(const View& view) {
    return on(view.about().switches.force_charging_off);
}
Value discharging_off(const View& view) {
    return on(view.about().switches.force_discharging_off);
}
Value full_charge(const View& view) {
    return on(view.about().switches.full_charge);
}
Value has_settings(const View& view) {
    return on(is_offered(Write::force_charging_off, view.about()));
}
Value can_be_cleared(const View& view) {
    return on(is_offered(Write::clear_history, view.about()));
}

constexpr Format amp_hours{.unit = "Ah", .decimals = 1};
constexpr Format volts{.unit = "V", .decimals = 2};
constexpr Format cell_volts{.unit = "V", .decimals = 3};
constexpr Format celsius{.unit = "°C", .decimals = 1};
constexpr Format seconds{.unit = "s"};
using enum Type;
constexpr auto both = Scope::both;
constexpr auto pack = Scope::pack;
constexpr auto bank_only = Scope::bank;

// clang-format off
constexpr auto rows = std::to_array<OwnPath>({
    {"/Mgmt/ProcessName", text, {}, &process_name},
    {"/Mgmt/ProcessVersion", text, {}, &process_version},
    {"/Mgmt/Connection", text, {}, &pack_connection, pack},
    {"/Mgmt/Connection", text, {}, &bank_connection, bank_only},
    {"/DeviceInstance", integer, {}, &instance},
    {"/ProductId", integer, {.hex = true}, &product_id},
    {"/ProductName", text, {}, &pack_product_name, pack},
    {"/ProductName", text, {}, &bank_product_name, bank_only},
    {"/Serial", text, {}, &bank_serial, bank_only},
    {"/CustomName", text, {}, &custom_name, both, true, Write::custom_name},
    {"/DeviceName", text, {}, &pack_device_name, pack},
    {"/DeviceName", text, {}, &bank_device_name, bank_only},
    {"/Connected", integer, {}, &connected, both, true},
    {"/ConnectionInformation", text, {}, &connection_information, both, true},
    {"/State", integer, {}, &state, both, true},
    {"/Mode", integer, {}, &mode},
    {"/ErrorCode", integer, {}, &always<0>},
    {"/TimeToGo", real, seconds, &pack_time_to_go, pack},
    {"/TimeToSoC/0", real, seconds, &time_to_soc<0>, bank_only},
    {"/TimeToSoC/10", real, seconds, &time_to_soc<10>, bank_only},
    {"/TimeToSoC/20", real, seconds, &time_to_soc<20>, bank_only},
    {"/TimeToSoC/50", real, seconds, &time_to_soc<50>, bank_only},
    {"/TimeToSoC/80", real, seconds, &time_to_soc<80>, bank_only},
    {"/TimeToSoC/90", real, seconds, &time_to_soc<90>, bank_only},
    {"/TimeToSoC/100", real, seconds, &time_to_soc<100>, bank_only},
    {"/Capabilities/ChargeVoltageControl", integer, {}, &controls_voltage},
    {"/Io/AllowToBalance", integer},
    {"/Io/AllowToHeat", integer},
    {"/Balancer/Status", integer, {}, &balancer},
    {"/System/NrOfBatteries", integer, {}, &always<1>, pack},
    {"/System/BatteriesParallel", integer, {}, &always<1>, pack},
    {"/System/BatteriesParallel", integer, {}, &parallel, bank_only},
    {"/System/BatteriesSeries", integer, {}, &always<1>},
    {"/System/NrOfModulesOnline", integer, {}, &online, pack, true},
    {"/System/NrOfModulesOffline", integer, {}, &offline, pack, true},
    {"/System/Temperature1Name", text, {}, &sensor_name<1>},
    {"/System/Temperature2Name", text, {}, &sensor_name<2>},
    {"/System/Temperature3Name", text, {}, &sensor_name<3>},
    {"/System/Temperature4Name", text, {}, &sensor_name<4>},
    {"/Settings/HasTemperature", integer, {}, &always<1>},
    {"/Settings/HasSettings", integer, {}, &has_settings},
    {"/Settings/ForceChargingOff", integer, {}, &charging_off, bank_only, true, Write::force_charging_off},
    {"/Settings/ForceDischargingOff", integer, {}, &discharging_off, bank_only, true, Write::force_discharging_off},
    {"/Settings/FullChargeNow", integer, {}, &full_charge, bank_only, true, Write::full_charge},
    {"/History/Clear", integer, {}, &always<0>, bank_only, false, Write::clear_history},
    {"/History/Clear", integer, {}, nullptr, pack},
    {"/History/CanBeCleared", integer, {}, &can_be_cleared},
    {"/History/TotalAhDrawn", real, {.unit = "Ah"}, &total_drawn, pack},
    // What only a history knows: where the catalogue has no quantity for it.
    {"/History/TotalAhDrawn", real, {.unit = "Ah"}, nullptr, bank_only},
    {"/History/DeepestDischarge", real, amp_hours},
    {"/History/LastDischarge", real, amp_hours},
    {"/History/AverageDischarge", real, amp_hours},
    {"/History/FullDischarges", integer},
    {"/History/AutomaticSyncs", integer},
    {"/History/MinimumVoltage", real, volts},
    {"/History/MaximumVoltage", real, volts},
    {"/History/MinimumCellVoltage", real, cell_volts},
    {"/History/MaximumCellVoltage", real, cell_volts},
    {"/History/MinimumTemperature", real, celsius},
    {"/History/MaximumTemperature", real, celsius},
    {"/History/TimeSinceLastFullCharge", real, seconds},
    {"/History/LowVoltageAlarms", integer},
    {"/History/HighVoltageAlarms", integer},
    // Alarms that no status bit of a pack means.
    {"/Alarms/HighCurrent", integer},
    {"/Alarms/Contactor", integer},
    {"/Alarms/StateOfHealth", integer},
    {"/Alarms/MidVoltage", integer},
    {"/Alarms/FirmwareUpdateFailure", integer},
});
// clang-format on

}  // namespace

std::span<const OwnPath> own_paths() {
    return rows;
}

}  // namespace packwire::sink::venus
