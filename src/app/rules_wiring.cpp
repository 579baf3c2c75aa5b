// SPDX-License-Identifier: MIT
#include "app/rules_wiring.hpp"

#include <spdlog/spdlog.h>

#include <cmath>
#include <nlohmann/json.hpp>
#include <utility>

namespace packwire::app {

namespace {

using Json = nlohmann::ordered_json;

void log(bool warning, const std::string& line) {
    spdlog::log(warning ? spdlog::level::warn : spdlog::level::info, "{}", line);
}

Json seconds(const std::optional<Duration>& duration) {
    if (!duration) return nullptr;
    return std::round(std::chrono::duration<double>(*duration).count() * 10) / 10;
}

Json on_off(bool on) {
    return on ? "on" : "off";
}

Json action_json(const rules::ActionStatus& action) {
    Json json{{"kind", action.kind}, {"told", action.told ? on_off(*action.told) : Json()}};
    const auto* const idle = action.trouble.empty() ? "ok" : "trouble";
    json["state"] = action.busy ? "busy" : idle;
    if (action.trouble.empty()) return json;
    json["failures"] = action.failures;
    json["reason"] = action.trouble;
    return json;
}

Json rule_json(const rules::RuleStatus& status) {
    Json json{{"name", status.rule->name}, {"state", status.decided ? on_off(status.on) : Json("unknown")}};
    json["age"] = seconds(status.age);
    json["because"] = rules::words(status.because);
    json["due"] = seconds(status.due);
    json["when"] = rules::text(status.rule->when);
    json["until"] = status.rule->until ? Json(rules::text(*status.rule->until)) : Json();
    json["value"] = status.value ? Json(*status.value) : Json();
    auto actions = Json::array();
    for (const auto& action : status.actions) actions.push_back(action_json(action));
    json["actions"] = std::move(actions);
    return json;
}

}  // namespace

RulesSink::RulesSink(rules::Options options, bus::Time& time, const bus::asio::any_io_executor& executor,
                     bus::Offload& offload)
    : runner_(std::move(options), time, executor, offload, &log) {}

bus::Task<void> RulesSink::run() {
    co_await runner_.run();
}

rules::Options rules_options(const Config& config, std::filesystem::path state_file, rules::Publish publish) {
    rules::Options options;
    options.rules = rules_of(config.rules);
    options.state_file = std::move(state_file);
    options.publish = std::move(publish);
    return options;
}

std::string rules_document(const rules::Runner* runner) {
    auto all = Json::array();
    if (runner != nullptr) {
        for (const auto& status : runner->status()) all.push_back(rule_json(status));
    }
    const Json document{{"rules", std::move(all)}};
    return document.dump(-1, ' ', false, Json::error_handler_t::replace) + '\n';
}

}  // namespace packwire::app
