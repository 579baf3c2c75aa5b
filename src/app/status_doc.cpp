// SPDX-License-Identifier: MIT
#include "app/status_doc.hpp"

#include <cmath>
#include <map>
#include <nlohmann/json.hpp>
#include <set>
#include <utility>

#include "base/time_text.hpp"
#include "dialect/polling.hpp"

namespace packwire::app {

namespace {

using Json = nlohmann::ordered_json;
using Place = std::pair<std::string, std::uint8_t>;
using model::metric;

/// What a pack is doing, at a glance.
constexpr auto shown =
    std::to_array<model::Metric>({metric("state_of_charge"), metric("pack_voltage"), metric("pack_current")});

/// With so many decimals, so that it prints as people would write it.
double rounded(double value, double decimals) {
    const auto scale = std::pow(10, decimals);
    return std::round(value * scale) / scale;
}

double seconds(Duration duration) {
    return rounded(std::chrono::duration<double>(duration).count(), 3);
}

double milliseconds(Duration duration) {
    return rounded(std::chrono::duration<double, std::milli>(duration).count(), 3);
}

Json counters(const bus::LineCounters& counted) {
    auto errors = Json::object();
    for (std::size_t i = 0; i < counted.refused.size(); ++i) {
        const auto code = static_cast<Errc>(i);
        if (counted.of(code) != 0) errors[std::string(name(code))] = counted.of(code);
    }
    return {{"exchanges", counted.exchanges}, {"answers", counted.answers}, {"retries", counted.retries},
            {"late", counted.late},           {"foreign", counted.foreign}, {"echoes", counted.echoes},
            {"remarks", counted.remarks},     {"errors", std::move(errors)}};
}

Json remarks(const bus::FieldRemarks& counted) {
    auto all = Json::array();
    for (const auto& row : counted.rows()) {
        all.push_back({{"service", row.service},
                       {"field", row.place},
                       {"now", row.now},
                       {"count", row.count},
                       {"where", row.where}});
    }
    return all;
}

Json histogram(const bus::Histogram& histogram) {
    return {{"count", histogram.count()},
            {"p50_ms", milliseconds(histogram.quantile(0.5))},
            {"p99_ms", milliseconds(histogram.quantile(0.99))},
            {"longest_ms", milliseconds(histogram.longest())},
            {"buckets", histogram.buckets()}};
}

/// Where the time of a character is not known, neither is what is busy.
Json utilisation(const BusStatus& bus, const bus::LineTime& time) {
    Json json{{"seconds", seconds(time.elapsed)}, {"characters", time.characters}};
    const bool asks = bus.state != BusState::listening;
    json["busy"] = bus.baud != 0 ? Json(rounded(time.busy(), 4)) : Json();
    json["waiting"] = asks ? Json(rounded(time.waiting(), 4)) : Json();
    json["idle"] = rounded(time.idle(), 4);
    return json;
}

Json bus_json(const BusStatus& bus, std::size_t packs) {
    Json json{{"port", bus.port}, {"state", name(bus.state)}};
    if (!bus.reason.empty()) json["reason"] = bus.reason;
    json["dialect"] = bus.dialect->name;
    json["baud"] = bus.baud != 0 ? Json(bus.baud) : Json();
    json["interval"] = bus.interval > Duration::zero() ? Json(seconds(bus.interval)) : Json();
    json["packs"] = packs;
    json["utilisation"] = {{"recent", utilisation(bus, bus.recent)}, {"total", utilisation(bus, bus.total)}};
    json["counters"] = counters(bus.counters);
    return json;
}

Json services(const bank::Pack& pack, const dialect::Dialect& dialect) {
    auto answered = Json::array();
    auto unsupported = Json::array();
    auto unknown = Json::array();
    for (const auto* service : dialect::polled_services(dialect)) {
        const auto state = pack.services.of(*service);
        auto& list = state == model::ServiceState::answered      ? answered
                     : state == model::ServiceState::unsupported ? unsupported
                                                                 : unknown;
        list.push_back(service->code);
    }
    return {{"answered", std::move(answered)},
            {"unsupported", std::move(unsupported)},
            {"unknown", std::move(unknown)}};
}

/// What is known of a pack by name.
void add_named(Json& json, const bank::Pack& pack, const BusStatus& bus, TimePoint now) {
    json["id"] = pack.snapshot.identity.id;
    json["state"] = bank::name(pack.freshness);
    json["age"] = seconds(now - pack.last_good);
    json["last_good"] = rfc3339(pack.last_good_at);
    auto values = Json::object();
    for (const auto one : shown) {
        const auto value = pack.snapshot.value(one);
        const auto& row = one.row();
        values[std::string(row.name)] = value ? Json(rounded(*value, row.decimals)) : Json();
    }
    json["values"] = std::move(values);
    json["services"] = services(pack, *bus.dialect);
}

Json loss_json(const bank::LossTimes& times) {
    return {{"stale", seconds(times.stale)}, {"lost", seconds(times.lost)}, {"gone", seconds(times.gone)}};
}

Json limits_json(const bank::Limits& limits) {
    return {{"charge_voltage_limit", rounded(limits.charge_voltage, 3)},
            {"charge_current_limit", rounded(limits.charge_current, 1)},
            {"discharge_current_limit", rounded(limits.discharge_current, 1)},
            {"charge_mode", limits.charge_mode},
            {"charge_limitation", limits.charge_limitation},
            {"discharge_limitation", limits.discharge_limitation}};
}

/// Null until it may be published.
Json bank_json(const DaemonBank* daemon_bank) {
    if (daemon_bank == nullptr) return nullptr;
    const auto& latest = daemon_bank->latest();
    if (!latest) return nullptr;
    const auto& bank = *latest;
    Json json{{"state", bank::name(bank.freshness)}};
    auto members = Json::array();
    for (const auto& member : bank.members)
        members.push_back({{"id", member.id}, {"state", bank::name(member.freshness)}});
    json["packs"] = std::move(members);
    auto findings = Json::array();
    for (const auto& finding : bank.findings) findings.push_back(finding.text);
    json["findings"] = std::move(findings);
    auto values = Json::object();
    for (const auto one : shown) {
        const auto value = bank.value(one);
        values[std::string(one.row().name)] = value ? Json(rounded(*value, one.row().decimals)) : Json();
    }
    json["values"] = std::move(values);
    json["limits"] = bank.limits ? limits_json(*bank.limits) : Json();
    if (!bank.monitor_reason.empty()) json["monitor"] = bank.monitor_reason;
    auto alarms = Json::object();
    for (std::size_t i = 0; i < model::alarm_count; ++i) {
        if (bank.alarms[i] != 0) alarms[std::string(model::alarm_rows[i].name)] = bank.alarms[i];
    }
    json["alarms"] = std::move(alarms);
    return json;
}

Json pack_json(const BusStatus& bus, std::uint8_t address, const bank::Pack* pack, TimePoint now) {
    const auto found = bus.packs.find(address);
    const auto statistics = found == bus.packs.end() ? bus::PackStatistics{} : found->second;
    Json json{{"id", nullptr}, {"bus", bus.port}, {"address", address}};
    json["state"] = statistics.counters.answers > 0 ? "unnamed" : "silent";
    if (pack != nullptr) add_named(json, *pack, bus, now);
    json["latency"] = {{"first_character", histogram(statistics.first_character)},
                       {"exchange", histogram(statistics.exchange)}};
    json["counters"] = counters(statistics.counters);
    json["remarks"] = remarks(statistics.remarks);
    return json;
}

/// Who is worth a row: configured, found, or heard. Not who was only looked for.
std::set<std::uint8_t> addresses(const BusStatus& bus, const std::map<Place, const bank::Pack*>& named) {
    std::set<std::uint8_t> all(bus.expected.begin(), bus.expected.end());
    for (const auto& [address, statistics] : bus.packs) {
        if (statistics.counters.answers > 0) all.insert(address);
    }
    const auto first = named.lower_bound(Place{bus.port, 0});
    for (auto at = first; at != named.end() && at->first.first == bus.port; ++at)
        all.insert(at->first.second);
    return all;
}

Json sinks(const Daemon& daemon) {
    auto all = Json::array();
    for (const auto& sink : daemon.sinks()) {
        const auto trouble = sink->trouble();
        Json json{{"name", sink->name()}, {"state", trouble.empty() ? "ok" : "trouble"}};
        if (!trouble.empty()) json["reason"] = trouble;
        all.push_back(std::move(json));
    }
    return all;
}

}  // namespace

std::string status_document(const Daemon& daemon, const bus::Time& time, TimePoint started) {
    const auto now = time.now();
    std::map<Place, const bank::Pack*> named;
    for (const auto* pack : daemon.book().packs()) {
        named[Place{pack->snapshot.identity.bus, pack->snapshot.identity.address}] = pack;
    }
    auto buses = Json::array();
    auto packs = Json::array();
    for (const auto& bus : daemon.buses()) {
        const auto places = addresses(bus, named);
        for (const auto address : places) {
            const auto found = named.find(Place{bus.port, address});
            packs.push_back(pack_json(bus, address, found == named.end() ? nullptr : found->second, now));
            packs.back()["loss"] = loss_json(daemon.book().times_at(bus.port));
        }
        buses.push_back(bus_json(bus, places.size()));
    }
    auto bounds = Json::array();
    for (const auto bound : bus::Histogram::bounds) bounds.push_back(bound.count());
    const Json document{{"version", PACKWIRE_VERSION},      {"time", rfc3339(time.wall_now())},
                        {"uptime", seconds(now - started)}, {"buses", std::move(buses)},
                        {"packs", std::move(packs)},        {"bank", bank_json(daemon.bank())},
                        {"sinks", sinks(daemon)},           {"latency_bounds_ms", std::move(bounds)}};
    // Whatever a port or a serial number is made of, this prints.
    return document.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace packwire::app
