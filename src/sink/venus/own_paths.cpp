// SPDX-License-Identifier: MIT
/// What a battery service says of itself, and what follows from several quantities on Venus alone.
#include <fmt/format.h>

#include <array>
#include <cmath>

#include "sink/venus/paths.hpp"

namespace packwire::sink::venus {

namespace {

using bank::Freshness;
using bank::Pack;
using model::metric;

/// Values of /State. Source: victron 1.2.
constexpr std::int32_t initialising = 0;
constexpr std::int32_t running = 9;
constexpr std::int32_t error = 10;
constexpr std::int32_t standby = 14;

bool is_lost(const Pack& pack) {
    return pack.freshness == Freshness::lost || pack.freshness == Freshness::gone;
}

template <std::int32_t number>
Value always(const Pack& /*pack*/, const About& /*about*/) {
    return number;
}

Value process_name(const Pack& /*pack*/, const About& /*about*/) {
    return "packwire";
}
Value process_version(const Pack& /*pack*/, const About& /*about*/) {
    return PACKWIRE_VERSION;
}
Value connection(const Pack& pack, const About& /*about*/) {
    const auto& identity = pack.snapshot.identity;
    return bus_text(fmt::format("{} address {}", identity.bus, identity.address));
}
Value instance(const Pack& /*pack*/, const About& about) {
    return about.instance;
}
Value product_id(const Pack& /*pack*/, const About& about) {
    return about.product_id;
}
Value product_name(const Pack& pack, const About& /*about*/) {
    const auto code = pack.snapshot.text(metric("product_code"));
    return code.empty() ? "Daren battery" : bus_text("Daren battery " + code);
}
Value custom_name(const Pack& /*pack*/, const About& about) {
    return about.custom_name;
}
Value device_name(const Pack& pack, const About& /*about*/) {
    return bus_text(pack.snapshot.identity.id);
}
Value connected(const Pack& pack, const About& /*about*/) {
    return is_lost(pack) ? 0 : 1;
}
Value connection_information(const Pack& pack, const About& /*about*/) {
    if (pack.freshness == Freshness::fresh) return "Connected";
    return pack.freshness == Freshness::stale ? "Silent" : "Lost";
}

/// The packs' own words are in the status words; Venus knows only whether the MOSFETs conduct.
Value state(const Pack& pack, const About& /*about*/) {
    if (is_lost(pack)) return error;
    if (pack.freshness != Freshness::fresh) return {};
    const auto charge = pack.snapshot.value(metric("charge_allowed"));
    const auto discharge = pack.snapshot.value(metric("discharge_allowed"));
    if (!charge || !discharge) return initialising;
    return *charge == 0 && *discharge == 0 ? standby : running;
}

/// 3 on, 4 off. Source: peer a.
Value mode(const Pack& pack, const About& about) {
    const auto now = state(pack, about);
    if (now == Value{running}) return 3;
    return now == Value{standby} ? Value{4} : Value{};
}

/// Seconds until the pack is empty at the present current; invalid unless it is discharging.
Value time_to_go(const Pack& pack, const About& /*about*/) {
    constexpr double least_current = 0.1;  // below it is noise, and the answer weeks
    constexpr double seconds_per_hour = 3600;
    if (pack.freshness != Freshness::fresh) return {};
    const auto current = pack.snapshot.value(metric("pack_current"));
    const auto remaining = pack.snapshot.value(metric("remaining_capacity"));
    if (!current || !remaining || *current > -least_current) return {};
    return std::round(*remaining / -*current * seconds_per_hour);
}

/// Ah, negative by Victron's convention. Source: peer a, dbus_modbustcp (scale -10).
Value total_drawn(const Pack& pack, const About& /*about*/) {
    const auto drawn = pack.snapshot.value(metric("total_discharge_capacity"));
    return drawn ? Value{tidy(-*drawn)} : Value{};
}

/// 0 unknown, 1 balanced, 2 balancing, 3 imbalance.
Value balancer(const Pack& pack, const About& /*about*/) {
    const auto active = pack.snapshot.value(metric("balancing"));
    if (pack.freshness != Freshness::fresh || !active) return 0;
    if (*active != 0) return 2;
    const auto imbalance = static_cast<std::size_t>(model::Alarm::cell_imbalance);
    return model::alarms_of(pack.snapshot)[imbalance] != 0 ? 3 : 1;
}

Value online(const Pack& pack, const About& /*about*/) {
    return is_lost(pack) ? 0 : 1;
}
Value offline(const Pack& pack, const About& /*about*/) {
    return is_lost(pack) ? 1 : 0;
}

/// "Cell sensor 2", where there is such a sensor.
template <std::size_t number>
Value sensor_name(const Pack& pack, const About& /*about*/) {
    if (pack.snapshot.count(metric("cell_temperature")) < number) return {};
    return fmt::format("Cell sensor {}", number);
}

Value monitor(const Pack& /*pack*/, const About& /*about*/) {
    return "Monitor";
}

constexpr Format amp_hours{.unit = "Ah", .decimals = 1};
constexpr Format volts{.unit = "V", .decimals = 2};
constexpr Format cell_volts{.unit = "V", .decimals = 3};
constexpr Format celsius{.unit = "°C", .decimals = 1};
constexpr Format seconds{.unit = "s"};
using enum Type;

// clang-format off
constexpr auto rows = std::to_array<OwnPath>({
    {"/Mgmt/ProcessName", text, {}, &process_name},
    {"/Mgmt/ProcessVersion", text, {}, &process_version},
    {"/Mgmt/Connection", text, {}, &connection},
    {"/DeviceInstance", integer, {}, &instance},
    {"/ProductId", integer, {.hex = true}, &product_id},
    {"/ProductName", text, {}, &product_name},
    {"/CustomName", text, {}, &custom_name, true, true},
    {"/DeviceName", text, {}, &device_name},
    {"/Connected", integer, {}, &connected, true},
    {"/ConnectionInformation", text, {}, &connection_information, true},
    {"/State", integer, {}, &state, true},
    {"/Mode", integer, {}, &mode},
    {"/ErrorCode", integer, {}, &always<0>},
    {"/TimeToGo", real, seconds, &time_to_go},
    {"/Capabilities/ChargeVoltageControl", integer, {}, &always<0>},
    {"/Info/ChargeMode", text, {}, &monitor},
    {"/Info/ChargeLimitation", text},
    {"/Info/DischargeLimitation", text},
    {"/Io/AllowToBalance", integer},
    {"/Io/AllowToHeat", integer},
    {"/Balancer/Status", integer, {}, &balancer},
    {"/System/NrOfBatteries", integer, {}, &always<1>},
    {"/System/BatteriesParallel", integer, {}, &always<1>},
    {"/System/BatteriesSeries", integer, {}, &always<1>},
    {"/System/NrOfModulesOnline", integer, {}, &online, true},
    {"/System/NrOfModulesOffline", integer, {}, &offline, true},
    {"/System/Temperature1Name", text, {}, &sensor_name<1>},
    {"/System/Temperature2Name", text, {}, &sensor_name<2>},
    {"/System/Temperature3Name", text, {}, &sensor_name<3>},
    {"/System/Temperature4Name", text, {}, &sensor_name<4>},
    {"/Settings/HasTemperature", integer, {}, &always<1>},
    {"/Settings/HasSettings", integer, {}, &always<0>},
    {"/History/TotalAhDrawn", real, {.unit = "Ah"}, &total_drawn},
    // What only a history knows.
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
    {"/History/Clear", integer},
    {"/History/CanBeCleared", integer, {}, &always<0>},
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
