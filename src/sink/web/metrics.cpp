// SPDX-License-Identifier: MIT
#include "sink/web/metrics.hpp"

#include <fmt/format.h>
#include <prometheus/text_serializer.h>

#include <map>
#include <sstream>

#include "model/derived.hpp"
#include "sink/web/catalogue.hpp"

namespace packwire::sink::web {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using Labels = std::vector<ClientMetric::Label>;
using Families = std::vector<MetricFamily>;

double seconds(Duration duration) {
    return std::chrono::duration<double>(duration).count();
}

MetricFamily family(std::string name, std::string help, MetricType type) {
    return {.name = "packwire_" + std::move(name), .help = std::move(help), .type = type, .metric = {}};
}

void add(MetricFamily& family, Labels labels, double value) {
    auto& metric = family.metric.emplace_back();
    metric.label = std::move(labels);
    (family.type == MetricType::Counter ? metric.counter.value : metric.gauge.value) = value;
}

void keep(Families& families, MetricFamily family) {
    if (!family.metric.empty()) families.push_back(std::move(family));
}

/// "cell" for cell voltages, "sensor" for temperatures.
std::string_view place_label(model::Metric metric) {
    return metric.row().name.starts_with("cell_voltage") ? "cell" : "sensor";
}

MetricFamily family_of(model::Metric metric, std::string_view prefix, std::string_view whose) {
    const auto& row = metric.row();
    auto help = fmt::format("{}{}{}{}", row.label, whose, row.unit.empty() ? "" : ", ", row.unit);
    // Counters only go up, and their names say so.
    const bool counter = row.kind == model::Kind::total && row.prometheus.ends_with("_total");
    return family(fmt::format("{}{}", prefix, row.prometheus), std::move(help),
                  counter ? MetricType::Counter : MetricType::Gauge);
}

/// All values of a quantity of one pack or of the bank.
void add_values(MetricFamily& family, model::Metric metric, const Labels& labels, std::size_t count,
                const auto& value_at) {
    for (std::size_t i = 0; i < count; ++i) {
        const std::optional<double> value = value_at(i);
        if (!value) continue;
        auto all = labels;
        if (repeats(metric)) all.push_back({std::string(place_label(metric)), std::to_string(i + 1)});
        add(family, std::move(all), *value);
    }
}

/// What goes stale is absent while the pack is not fresh.
void add_packs(Families& families, const std::vector<const bank::Pack*>& packs) {
    for (std::size_t row = 0; row < model::metric_count; ++row) {
        const model::Metric metric{static_cast<std::uint8_t>(row)};
        if (metric.row().prometheus.empty() || metric.row().scope == model::Scope::bank) continue;
        auto family = family_of(metric, "", "");
        for (const auto* pack : packs) {
            if (pack->freshness != bank::Freshness::fresh && model::goes_stale(metric)) continue;
            const auto* reading = pack->snapshot.find(metric);
            const std::size_t count = repeats(metric) ? (reading == nullptr ? 0 : reading->count) : 1;
            add_values(family, metric, {{"pack", pack->snapshot.identity.id}}, count,
                       [&](std::size_t i) { return pack->snapshot.value(metric, i); });
        }
        keep(families, std::move(family));
    }
}

void add_state(Families& families, const std::vector<const bank::Pack*>& packs, TimePoint now) {
    auto up =
        family("pack_up", "1 while the pack is fresh, 0 when it is stale, lost or gone", MetricType::Gauge);
    auto age = family("pack_age_seconds", "Age of the last good reading", MetricType::Gauge);
    auto info = family("pack_info", "What a pack is, and where it is", MetricType::Gauge);
    auto alarms =
        family("alarm", "0 fine, 1 warning, 2 alarm; absent while the pack is not fresh", MetricType::Gauge);
    for (const auto* pack : packs) {
        const auto& who = pack->snapshot.identity;
        const bool fresh = pack->freshness == bank::Freshness::fresh;
        add(up, {{"pack", who.id}}, fresh ? 1 : 0);
        add(age, {{"pack", who.id}}, seconds(now - pack->last_good));
        add(info, {{"pack", who.id}, {"bus", who.bus}, {"address", std::to_string(who.address)}}, 1);
        if (!fresh) continue;
        const auto levels = model::alarms_of(pack->snapshot);
        for (std::size_t i = 0; i < model::alarm_count; ++i)
            add(alarms, {{"pack", who.id}, {"alarm", std::string(model::alarm_rows[i].name)}}, levels[i]);
    }
    for (auto* one : {&up, &age, &info, &alarms}) keep(families, std::move(*one));
}

void add_bank(Families& families, const bank::Bank& bank) {
    for (std::size_t row = 0; row < model::metric_count; ++row) {
        const model::Metric metric{static_cast<std::uint8_t>(row)};
        if (metric.row().prometheus.empty() || metric.row().scope == model::Scope::pack) continue;
        auto family = family_of(metric, "bank_", " of the bank");
        add_values(family, metric, {}, repeats(metric) ? bank.count(metric) : 1,
                   [&](std::size_t i) { return bank.value(metric, i); });
        keep(families, std::move(family));
    }
    auto up = family("bank_up", "1 while the bank is fresh", MetricType::Gauge);
    add(up, {}, bank.freshness == bank::Freshness::fresh ? 1 : 0);
    auto alarms = family("bank_alarm", "0 fine, 1 warning, 2 alarm", MetricType::Gauge);
    for (std::size_t i = 0; i < model::alarm_count; ++i)
        add(alarms, {{"alarm", std::string(model::alarm_rows[i].name)}}, bank.alarms[i]);
    keep(families, std::move(up));
    keep(families, std::move(alarms));
}

struct Counted {
    std::string_view name;
    std::string_view help;
    std::uint64_t bus::LineCounters::* which;
};
constexpr auto counted = std::to_array<Counted>({
    {"exchanges_total", "Questions sent, or heard where packwire listens", &bus::LineCounters::exchanges},
    {"answers_total", "Good answers", &bus::LineCounters::answers},
    {"retries_total", "Questions sent again after a failure", &bus::LineCounters::retries},
    {"late_answers_total", "Answers to an earlier question, thrown away", &bus::LineCounters::late},
    {"foreign_frames_total", "Frames of or to somebody else", &bus::LineCounters::foreign},
    {"echoes_total", "Our own question, heard again", &bus::LineCounters::echoes},
    {"field_remarks_total", "Odd fields in answers that were believed", &bus::LineCounters::remarks},
});

/// `prefix` bus_ or pack_; `each` calls back with labels and counters of each.
void add_counters(Families& families, std::string_view prefix, const auto& each) {
    for (const auto& one : counted) {
        auto made = family(fmt::format("{}{}", prefix, one.name), std::string(one.help), MetricType::Counter);
        each([&](const Labels& labels, const bus::LineCounters& counters) {
            add(made, labels, static_cast<double>(counters.*one.which));
        });
        keep(families, std::move(made));
    }
    auto errors =
        family(fmt::format("{}errors_total", prefix), "Exchanges that failed, by kind", MetricType::Counter);
    each([&](const Labels& labels, const bus::LineCounters& counters) {
        for (std::size_t i = 0; i < counters.refused.size(); ++i) {
            if (counters.refused[i] == 0) continue;
            auto all = labels;
            all.push_back({"error", std::string(packwire::name(static_cast<Errc>(i)))});
            add(errors, std::move(all), static_cast<double>(counters.refused[i]));
        }
    });
    keep(families, std::move(errors));
}

/// The sum is not counted, so it is made of the middles of the buckets: good for a mean, not for the last
/// digit.
void add(MetricFamily& family, Labels labels, const bus::Histogram& from) {
    auto& metric = family.metric.emplace_back();
    metric.label = std::move(labels);
    auto& histogram = metric.histogram;
    histogram.sample_count = from.count();
    double below = 0;
    const auto buckets = from.buckets();
    for (std::size_t i = 0; i < buckets.size(); ++i) {
        const bool last = i == bus::Histogram::bounds.size();
        const double bound =
            last ? std::numeric_limits<double>::infinity() : seconds(bus::Histogram::bounds[i]);
        const double middle = (below + (last ? seconds(from.longest()) : bound)) / 2;
        const auto before = histogram.bucket.empty() ? 0 : histogram.bucket.back().cumulative_count;
        histogram.bucket.push_back({.cumulative_count = before + buckets[i], .upper_bound = bound});
        histogram.sample_sum += static_cast<double>(buckets[i]) * middle;
        below = bound;
    }
}

void add_lines(Families& families, const std::vector<BusLine>& lines) {
    auto up = family("bus_up", "1 while the port is open", MetricType::Gauge);
    auto busy =
        family("bus_busy_ratio", "Part of the time in which characters were on the line", MetricType::Gauge);
    auto first =
        family("pack_first_character_seconds",
               "From the end of a question to the first character of its answer", MetricType::Histogram);
    auto whole =
        family("pack_exchange_seconds", "From the first character of a question to the last of its answer",
               MetricType::Histogram);
    for (const auto& line : lines) {
        add(up, {{"bus", line.bus}}, line.open ? 1 : 0);
        add(busy, {{"bus", line.bus}}, line.time.busy());
        for (const auto& pack : line.packs) {
            if (pack.id.empty()) continue;
            const Labels labels{{"bus", line.bus}, {"pack", pack.id}};
            add(first, labels, pack.statistics.first_character);
            add(whole, labels, pack.statistics.exchange);
        }
    }
    add_counters(families, "bus_", [&](const auto& take) {
        for (const auto& line : lines) take({{"bus", line.bus}}, line.counters);
    });
    add_counters(families, "pack_", [&](const auto& take) {
        for (const auto& line : lines) {
            for (const auto& pack : line.packs) {
                if (!pack.id.empty()) take({{"bus", line.bus}, {"pack", pack.id}}, pack.statistics.counters);
            }
        }
    });
    for (auto* one : {&up, &busy, &first, &whole}) keep(families, std::move(*one));
}

void add_daemon(Families& families, const Hooks& hooks, std::size_t live) {
    auto build = family("build_info", "The program", MetricType::Gauge);
    add(build, {{"version", PACKWIRE_VERSION}}, 1);
    auto healthy = family("healthy", "1 while the poll loops do what they should", MetricType::Gauge);
    add(healthy, {}, !hooks.health || hooks.health().empty() ? 1 : 0);
    auto clients = family("live_clients", "WebSockets that are open", MetricType::Gauge);
    add(clients, {}, static_cast<double>(live));
    for (auto* one : {&build, &healthy, &clients}) keep(families, std::move(*one));
}

}  // namespace

std::string metrics_text(const Hooks& hooks, std::size_t live, TimePoint now) {
    Families families;
    add_daemon(families, hooks, live);
    if (hooks.packs) {
        const auto packs = hooks.packs();
        add_state(families, packs, now);
        add_packs(families, packs);
    }
    if (const auto* bank = hooks.bank ? hooks.bank() : nullptr) add_bank(families, *bank);
    if (hooks.lines) add_lines(families, hooks.lines());
    std::ostringstream out;
    prometheus::TextSerializer().Serialize(out, families);
    return out.str();
}

}  // namespace packwire::sink::web
