// SPDX-License-Identifier: MIT
/// packwire rules: how the rules of a daemon are doing, and what those of a file would do. Switches nothing.
#include <fmt/format.h>

#include <fstream>
#include <istream>
#include <nlohmann/json.hpp>
#include <ostream>

#include "app/commands.hpp"
#include "app/config.hpp"
#include "app/output.hpp"
#include "app/rules_replay.hpp"
#include "app/rules_values.hpp"
#include "app/status_client.hpp"
#include "app/values.hpp"
#include "base/time_text.hpp"

namespace packwire::app {

namespace {

using Json = nlohmann::ordered_json;
using rules::Rule;

constexpr TimePoint start{std::chrono::hours(24 * 366)};

int refuse(Streams io, const std::string& what, int code) {
    io.err << fmt::format("packwire rules: {}\n", what);
    return code;
}

std::string value_text(const rules::Quantity& quantity, std::optional<double> value) {
    if (!value) return "unknown";
    const auto text = fmt::format("{:.{}f} {}", *value, rules::decimals(quantity), rules::unit(quantity));
    return text.substr(0, text.find_last_not_of(' ') + 1);
}

std::string text_or(const nlohmann::json& object, const char* name, const std::string& otherwise) {
    return object.contains(name) && object[name].is_string() ? object[name].get<std::string>() : otherwise;
}

std::string span_text(const nlohmann::json& object, const char* name) {
    if (!object.contains(name) || !object[name].is_number()) return "";
    return duration_text(
        std::chrono::round<std::chrono::seconds>(std::chrono::duration<double>(object[name].get<double>())));
}

/// "http off, command failed 3 times: …"
std::string actions_text(const nlohmann::json& rule) {
    std::string out;
    for (const auto& action : rule.value("actions", nlohmann::json::array())) {
        if (!out.empty()) out += ", ";
        out += text_or(action, "kind", "?") + ' ';
        const auto reason = text_or(action, "reason", "");
        out += reason.empty() ? text_or(action, "told", "not told yet") : reason;
    }
    return out;
}

// --- of the daemon ---

int show_daemon(const RulesOptions& options, Streams io) {
    const auto answer = ask_daemon(options.socket, "rules");
    if (!answer) return refuse(io, to_string(answer.error()), Exit::failed);
    const auto document = nlohmann::json::parse(*answer, nullptr, false);
    if (!document.is_object() || !document.contains("rules"))
        return refuse(io, "the daemon knows of no rules; is it an older version?", Exit::failed);
    if (options.format == Format::json) {
        io.out << *answer;
        return Exit::done;
    }
    Table table;
    table.header({"rule", "is", "for", "because", "value", "told"});
    for (const auto& rule : document["rules"]) {
        auto because = text_or(rule, "because", "");
        if (const auto due = span_text(rule, "due"); !due.empty()) because += ", " + due;
        const bool known = rule.contains("value") && rule["value"].is_number();
        table.row({text_or(rule, "name", "?"), text_or(rule, "state", "?"), span_text(rule, "age"), because,
                   known ? fmt::format("{}", rule["value"].get<double>()) : "unknown", actions_text(rule)});
    }
    io.out << (document["rules"].empty() ? "no rules\n" : table.text(io.colour));
    return Exit::done;
}

// --- of a file, now ---

/// As the daemon has the rule of that name, if it does.
std::optional<rules::Remembered> now_of(const nlohmann::json& daemon, const std::string& name) {
    if (!daemon.is_object()) return std::nullopt;
    for (const auto& rule : daemon.value("rules", nlohmann::json::array())) {
        if (text_or(rule, "name", "") != name || text_or(rule, "state", "unknown") == "unknown") continue;
        rules::Remembered before;
        before.on = text_or(rule, "state", "") == "on";
        before.age = std::chrono::hours(24 * 366);
        if (rule.contains("age") && rule["age"].is_number())
            before.age =
                std::chrono::round<Duration>(std::chrono::duration<double>(rule["age"].get<double>()));
        return before;
    }
    return std::nullopt;
}

struct Trial {
    const Rule* rule = nullptr;
    std::string now;
    std::string would;
    std::string because;
    std::optional<Duration> due;
    std::optional<double> value;
};

const char* on_or_off(bool on) {
    return on ? "on" : "off";
}

Trial try_rule(const Rule& rule, std::size_t number, const rules::Slots& slots,
               const nlohmann::json& daemon) {
    const auto before = now_of(daemon, rule.name);
    rules::Switch one(rule, start, before);
    const auto seen = slots.seen(number, start);
    const auto local = local_time(SystemClock().wall_now());
    const auto day = std::chrono::floor<std::chrono::days>(local);
    static_cast<void>(one.step(seen, start, std::chrono::floor<std::chrono::minutes>(local - day)));
    Trial trial;
    trial.rule = &rule;
    trial.now = before ? on_or_off(before->on) : "-";
    trial.would = one.decided() ? on_or_off(one.on()) : "unknown";
    trial.because = rules::words(one.because());
    if (const auto due = one.due()) trial.due = *due - start;
    trial.value = seen.when;
    return trial;
}

Json trial_json(const Trial& trial) {
    return {{"rule", trial.rule->name},
            {"now", trial.now == "-" ? Json() : Json(trial.now)},
            {"would", trial.would},
            {"because", trial.because},
            {"due", trial.due ? Json(std::chrono::duration<double>(*trial.due).count()) : Json()},
            {"when", rules::text(trial.rule->when)},
            {"value", trial.value ? Json(*trial.value) : Json()}};
}

int dry_run(const RulesOptions& options, const std::vector<Rule>& rules, Streams io) {
    const auto answer = ask_daemon(options.socket, "values");
    if (!answer) return refuse(io, to_string(answer.error()), Exit::failed);
    const auto values = nlohmann::json::parse(*answer, nullptr, false);
    if (!values.is_object() || !values.contains("packs"))
        return refuse(io, "the daemon gives no values; is it an older version?", Exit::failed);
    rules::Slots slots(rules, start);
    for (const auto& pack : values["packs"]) static_cast<void>(take(slots, pack));
    if (values.contains("bank")) static_cast<void>(take(slots, values["bank"]));
    const auto live = ask_daemon(options.socket, "rules");
    const auto daemon = live ? nlohmann::json::parse(*live, nullptr, false) : nlohmann::json();
    Table table;
    table.header({"rule", "is", "would be", "because", "when", "value"});
    for (std::size_t i = 0; i < rules.size(); ++i) {
        const auto trial = try_rule(rules[i], i, slots, daemon);
        if (options.format == Format::json) io.out << trial_json(trial).dump() << '\n';
        auto because = trial.because;
        if (trial.due) because += ", " + duration_text(std::chrono::round<std::chrono::seconds>(*trial.due));
        table.row({trial.rule->name, trial.now, trial.would, because, rules::text(trial.rule->when),
                   value_text(trial.rule->when.quantity, trial.value)});
    }
    if (options.format == Format::table) io.out << table.text(io.colour);
    return Exit::done;
}

// --- of a file, then ---

void print(const Switching& one, Format format, std::ostream& out) {
    const auto& quantity = one.rule->when.quantity;
    const auto* const state = one.on ? "on" : "off";
    if (format == Format::json) {
        out << Json{{"time", rfc3339(one.at)},
                    {"rule", one.rule->name},
                    {"state", state},
                    {"because", rules::words(one.because)},
                    {"quantity", rules::name(quantity)},
                    {"value", one.value ? Json(*one.value) : Json()}}
                   .dump()
            << '\n';
        return;
    }
    out << fmt::format("{}  {:<20} {:<3}  {}: {} {}\n", calendar_text(local_time(one.at)), one.rule->name,
                       state, rules::words(one.because), rules::name(quantity),
                       value_text(quantity, one.value));
}

void print(const Replay& replay, Streams io) {
    const auto whole = std::chrono::round<std::chrono::seconds>(replay.ended() - replay.begun());
    io.out << fmt::format("\n{} to {}\n", calendar_text(local_time(replay.begun())),
                          calendar_text(local_time(replay.ended())));
    Table table;
    table.header({"rule", "switched", "on for", "part"});
    for (const auto& total : replay.totals()) {
        const auto on = std::chrono::round<std::chrono::seconds>(total.on);
        const double part = whole.count() > 0
                                ? 100.0 * static_cast<double>(on.count()) / static_cast<double>(whole.count())
                                : 0;
        table.row({total.rule->name, fmt::format("{} times", total.switchings), duration_text(on),
                   fmt::format("{:.1f} %", part)});
    }
    io.out << table.text(io.colour);
}

int replay(const RulesOptions& options, const std::string& from, const Config& config,
           const std::vector<Rule>& rules, Streams io) {
    std::ifstream file;
    if (from != "-") file.open(from, std::ios::binary);
    if (from != "-" && !file) return refuse(io, from + ": cannot be read", Exit::failed);
    std::istream& in = from == "-" ? io.in : file;
    Replay replay(rules, config.loss.lost, [&](const Switching& one) { print(one, options.format, io.out); });
    std::size_t number = 0;
    for (std::string line; std::getline(in, line);) {
        ++number;
        if (line.empty()) continue;
        if (const auto taken = replay.take(line); !taken) {
            return refuse(io, fmt::format("{}:{}: {}", from, number, taken.error().where), Exit::failed);
        }
    }
    if (const auto whole = replay.finish(); !whole)
        return refuse(io, fmt::format("{}: {}", from, whole.error().where), Exit::failed);
    if (number == 0) return refuse(io, from + ": empty", Exit::failed);
    if (options.format == Format::table) print(replay, io);
    return Exit::done;
}

}  // namespace

int run(const RulesOptions& options, Streams io) {
    if (!options.config) return show_daemon(options, io);
    const auto config = load_config(*options.config);
    if (!config) return refuse(io, config.error().where, Exit::wrong_use);
    const auto rules = rules_of(config->rules);
    if (rules.empty()) return refuse(io, *options.config + ": no [[rule]]", Exit::wrong_use);
    if (options.replay) return replay(options, *options.replay, *config, rules, io);
    return dry_run(options, rules, io);
}

}  // namespace packwire::app
